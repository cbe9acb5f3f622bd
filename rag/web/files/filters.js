// The filters: the browser's own controls, sent as one choice and kept for this tab.

import { all, find, isOpen, note, onChange, onClick, onOpen, tell } from "./dom.js";
import { onShow, parameters, show, view } from "./views.js";

const WAIT = 150; // milliseconds without a key before the filters are sent
const controls = () => all("#filters select, #filters input");
let sending = 0;
let drawn = null; // the fields that hold what was chosen: others come in their place when the corpus changes

function send() {
  const chosen = Object.fromEntries(controls().map((control) => [control.name, control.value]));
  const text = JSON.stringify(chosen);
  note.set("filters", text);
  tell("chosen", text);
}

function put(chosen) {
  drawn = find("#filters .fields");
  for (const control of controls()) control.value = chosen[control.name] ?? "";
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

// A link to the list may name filters: they are chosen, and leave the address, which their next change would belie.
onShow(() => {
  const named = parameters();
  if (view() !== "browse" || !controls().some((control) => named.has(control.name))) return;
  put(Object.fromEntries(named));
  send();
  window.history.replaceState(null, "", "?browse");
  show();
});

onOpen(() => {
  put(JSON.parse(note.get("filters") ?? "{}"));
  if (controls().some((control) => control.value)) send();
});

onChange(() => {
  const fields = find("#filters .fields");
  if (isOpen() && fields && fields !== drawn) put(JSON.parse(note.get("filters") ?? "{}"));
});
