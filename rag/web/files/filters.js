// The filters: the browser's own controls, sent as one choice and kept for this tab.

import { all, find, note, onClick, onOpen, tell } from "./dom.js";

const WAIT = 150; // milliseconds without a key before the filters are sent
const controls = () => all("#filters select, #filters input");
let sending = 0;

function send() {
  const chosen = Object.fromEntries(controls().map((control) => [control.name, control.value]));
  const text = JSON.stringify(chosen);
  note.set("filters", text);
  tell("chosen", text);
}

onClick("button.clear", () => {
  for (const control of controls()) control.value = "";
  send();
  find("#filters summary")?.focus();
});

document.addEventListener("input", (event) => {
  if (!event.target.closest?.("#filters")) return;
  window.clearTimeout(sending);
  sending = window.setTimeout(send, WAIT);
});

onOpen(() => {
  const chosen = JSON.parse(note.get("filters") ?? "{}");
  for (const control of controls()) control.value = chosen[control.name] ?? "";
  if (controls().some((control) => control.value)) send();
});
