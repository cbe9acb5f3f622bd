// A reader's word on an answer: a form under it, which says what is kept before anything is sent.

import { act, announce, find, isBusy, onClick } from "./dom.js";

const KEPT =
  "Kept on this server for those who run it: your words, the question with its filters, what was found, this answer and which index gave it; earlier questions only where it rests on them. Nothing about you.";
const ASKED = { good: "What is good about it? (if you like)", bad: "What is wrong with it?" };

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function close(form, button) {
  form.remove();
  button.setAttribute("aria-expanded", "false");
  button.focus();
}

function open(button) {
  const [verdict, place] = button.value.split(" ");
  const already = find("#chat .judging");
  if (already) {
    const of = already.dataset.of;
    already.remove();
    find(`#chat button.judge[value="${of}"]`)?.setAttribute("aria-expanded", "false");
    if (of === button.value) return;
  }
  const words = element("textarea", { id: "reason", rows: 2, maxLength: 1000, required: verdict === "bad" });
  const hint = element("p", { className: "hint", textContent: KEPT });
  const send = element("button", { type: "submit", textContent: "Send" });
  const cancel = element("button", { type: "button", textContent: "Cancel" });
  const form = element(
    "form",
    { className: "judging" },
    element("label", { htmlFor: "reason", textContent: ASKED[verdict] }),
    words,
    hint,
    element("p", { className: "choice" }, send, cancel),
  );
  form.dataset.of = button.value;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isBusy()) {
      hint.textContent = "An answer is being written. Send this when it is there.";
      announce(hint.textContent);
      return;
    }
    hint.textContent = KEPT;
    act("judge", Number(place), verdict, words.value.trim());
  });
  form.addEventListener("keydown", (event) => event.key === "Escape" && close(form, button));
  cancel.addEventListener("click", () => close(form, button));
  button.setAttribute("aria-expanded", "true");
  button.closest(".tools").after(form);
  words.focus({ preventScroll: true });
  form.scrollIntoView({ block: "nearest" });
}

onClick("button.judge", open);
