// The question box, and the focus that follows what one did in the conversation.

import { act, all, announce, find, isBusy, isOpen, note, onChange, onClick, onOpen } from "./dom.js";
import { parameters, show } from "./views.js";

const WAIT = 150; // milliseconds after an answer before a question that waits for it is sent

function fill(question) {
  const box = find("#question textarea");
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// --- buttons in the conversation ----------------------------------------------------------------------------------

let edit = null; // of a question: the value of its button, what stood in the box before, and how far it has come
let chip = null; // the one that was clicked, its name and its place: the one that comes in its stead takes the focus

// What a button in the conversation begins, so that the focus can follow it.
function begin(button) {
  const chips = [...(button.closest(".chips")?.querySelectorAll("button") ?? [])];
  const turn = all("#chat .turn").indexOf(button.closest(".turn"));
  if (chips.length) chip = { button, turn, place: chips.indexOf(button), name: button.value.split(" ")[2] };
  if (button.value.startsWith("edit ")) {
    edit = { button: button.value, draft: edit?.draft ?? find("#question textarea").value, begun: false, off: false };
  }
}

function cancel() {
  if (edit) edit.off = true;
  act("cancel");
}

document.addEventListener("click", () => (chip = null), true);
onClick("button.act", (button) => {
  begin(button);
  act(button.value);
});
onClick("button.cancel", cancel);
onClick("button.suggest", (button) => act("ask", button.textContent));

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && find("#notice .cancel") && event.target.closest?.("#ask")) cancel();
});

// --- sending ------------------------------------------------------------------------------------------------------

// Gradio drops a question that is sent before the last answer is through. It stays in the box, and is sent when it can.
let waiting = false;

function send() {
  find("#question .submit-button")?.click();
}

function hold(event) {
  const turns = all("#chat .turn").length;
  const text = find("#question textarea").value;
  if (isBusy()) {
    waiting = true;
    event.stopPropagation();
    event.preventDefault();
  } else if (event.isTrusted) {
    window.setTimeout(() => {
      const same = find("#question textarea").value === text && all("#chat .turn").length === turns;
      if (text && same && !find("#notice p, [data-testid='toast-text']")) send();
    }, 700);
  }
}

function isAsking(event) {
  return event.target instanceof Element && event.target.closest("#question");
}

document.addEventListener("keypress", (e) => e.key === "Enter" && !e.shiftKey && isAsking(e) && hold(e), true);
document.addEventListener("click", (e) => isAsking(e) && e.target.closest(".submit-button") && hold(e), true);
document.addEventListener("input", (event) => {
  if (event.target.closest?.("#question")) note.set("draft", event.target.value);
});

onOpen(() => {
  const question = parameters().get("q");
  const draft = question ?? note.get("draft");
  if (draft && !find("#question textarea").value) fill(draft);
  if (question !== null) {
    window.history.replaceState(null, "", window.location.pathname); // a reload keeps the draft
    show();
  }
});

// --- what changed -------------------------------------------------------------------------------------------------

// What Gradio says where its queue is full, or its server away, in words for whoever asked.
const TROUBLES = [
  [/^This application is currently busy|^Queue is full/, "Many are asking just now. Your question is still in the box: ask again in a moment."],
  [/^Connection to the server was lost/, "The server is away. The page comes back by itself when it does, with all of this."],
];

// Who waits is told the place in the queue: Gradio writes it into each part that waits, and hides it.
function place() {
  const [, mine, length] = /queue: (\d+)\/(\d+)/.exec(find("#question .progress-text")?.textContent ?? "") ?? [];
  const words = mine ? `Others are being answered. Your place in the queue: ${mine} of ${length}.` : "";
  let line = document.getElementById("place-in-queue");
  if (!line && words) {
    line = document.createElement("p");
    line.id = "place-in-queue";
    line.setAttribute("role", "status");
    find("#ask").prepend(line);
  }
  if (line && line.textContent !== words) line.textContent = words;
}

function tidy() {
  const said = new Set();
  for (const line of all("[data-testid='toast-text']")) {
    const [, words] = TROUBLES.find(([pattern]) => pattern.test(line.textContent)) ?? [];
    if (words) line.textContent = words;
    line.parentElement.hidden = said.has(line.textContent); // once is enough
    said.add(line.textContent);
  }
  place();
  document.getElementById("notice")?.setAttribute("role", "status");
  document.getElementById("remaining")?.setAttribute("role", "status");
  for (const list of all("#chat ul.chips")) list.setAttribute("aria-label", "Understood");
  if (isOpen() && find("#question textarea")?.value === "") note.drop("draft");
}

// Focus follows what one did: into the box after "Edit question" and back to it when that is called off, onto the chip
// that came for the one that was clicked.
function follow() {
  const box = find("#question textarea");
  const over = !find("#notice .cancel");
  if (edit && !edit.begun && box?.value && !over) {
    edit.begun = true;
    box.focus();
  } else if (edit?.begun && over) {
    const { off, draft, button } = edit;
    edit = null;
    if (off) {
      fill(draft);
      find(`#chat button[value="${button}"]`)?.focus();
    }
  }
  if (chip && !chip.button.isConnected && !find("#chat .growing")) {
    const { turn, place, name } = chip;
    const chips = [...(all("#chat .turn")[turn]?.querySelectorAll(".chips button") ?? [])];
    const next = chips.find((one) => one.value.split(" ")[2] === name) ?? chips[place] ?? chips.at(-1);
    chip = null;
    if (document.activeElement === document.body) next?.focus({ preventScroll: true });
  }
}

let asked = 0;
let growing = false;
let grown = -1; // the turn that grew last
let greeted = false;

onChange(() => {
  const box = find("#question textarea");
  if (box && !greeted) {
    greeted = true;
    if (window.matchMedia("(pointer: fine)").matches) box.focus({ preventScroll: true }); // elsewhere a keyboard pops up
  }
  tidy();
  follow();
  const turns = all("#chat .turn");
  // a new question comes to the top, so that its answer is read from its beginning; new sources are shown from theirs
  if (turns.length > asked) {
    turns[turns.length - 1].scrollIntoView({ block: "start" });
    find("#sources")?.scrollTo({ top: 0 });
  }
  const grows = Boolean(find("#chat .growing"));
  if (grows) grown = turns.findIndex((turn) => turn.matches(".growing"));
  if ((growing || turns.length > asked) && !grows && turns.length) {
    const turn = turns[grown] ?? turns[turns.length - 1];
    const sources = new Set([...turn.querySelectorAll(".marker")].map((marker) => marker.textContent)).size;
    const said = sources === 1 ? "Answered, with 1 source." : `Answered, with ${sources} sources.`;
    announce(sources ? said : turn.querySelector(".refusal") ? "No answer in the briefs." : "Stopped.");
    grown = -1;
  }
  if (waiting && !isBusy()) {
    waiting = false;
    window.setTimeout(send, WAIT);
  }
  growing = grows;
  asked = turns.length;
});
