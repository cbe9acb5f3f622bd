// The conversation of this tab, kept in the browser: written whenever the server says what is new in it, and sent back
// after a reload. What a turn is, only the server knows.

import { act, all, announce, find, note, onChange, onClick, onOpen } from "./dom.js";
import * as storage from "./storage.js";

const READING = 5000; // milliseconds that a word stays, whatever comes next
const AT_ONCE = 700_000; // characters of turns in one request; the server takes a megabyte

// Conversations of this tab by the name that the server has for them; null for one that was removed.
const known = new Map();
// The one that is shown: `talk`, its name for the server, empty until that gives it one; `id`, the one it is kept under;
// `title`, `made`, `turns`; and `written`, when this tab wrote it last.
let current = null;
let restoring = false; // its turns are on their way back ...
let before = ""; // ... and what the page said of troubles then

const troubles = () => all("#notice .problem, [data-testid='toast-text']").map((each) => each.textContent).join("\n");

export const isCurrent = (id) => current?.id === id;
export const turns = () => current?.turns ?? [];
export const title = () => storage.titled(storage.get(current.id) ?? current);

function named() {
  return [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A new conversation; it is kept from its first question on.
function begin() {
  hold(false);
  current = { talk: "", id: named(), title: "", made: Date.now(), turns: [], written: null };
}

// --- words --------------------------------------------------------------------------------------------------------

let said = 0; // when, in milliseconds

export function say(words) {
  said = Date.now();
  let line = document.getElementById("keeping");
  if (!line) {
    if (!words) return;
    line = document.createElement("p");
    line.id = "keeping";
    find("#ask").prepend(line);
  }
  line.textContent = words;
  if (words) announce(words);
}

// --- keeping ------------------------------------------------------------------------------------------------------

function save(conversation) {
  if (!conversation.turns.length) {
    storage.remove(conversation.id); // its only question could not be answered, and is back in the box
    conversation.written = null;
    return;
  }
  const stored = storage.get(conversation.id);
  if (!stored && conversation.written !== null && storage.isAllowed()) {
    known.set(conversation.talk, null);
    say("This conversation was removed in another tab: it is not kept any more. A new one is.");
    return;
  }
  if (stored && stored.changed !== conversation.written) fork(conversation, stored);
  const changed = Math.max(Date.now(), (conversation.written ?? 0) + 1);
  const { made } = conversation;
  const title = storage.get(conversation.id)?.title ?? conversation.title; // it may have been renamed meanwhile
  const { kept, gone, cut } = storage.write(conversation.id, { title, made, changed, turns: conversation.turns });
  if (kept) Object.assign(conversation, { title, written: changed });
  if (kept && conversation === current) note.set("conversation", conversation.id);
  const quoted = gone.map((each) => `“${each}”`).join(", ");
  if (!kept) say(storage.isAllowed() ? FULL : FORBIDDEN);
  else if (cut) say(`This conversation is longer than what this browser keeps: its first ${cut} questions are not kept.`);
  else if (gone.length) say(`To make room, what was kept of ${quoted} was removed from this browser.`);
  else if (Date.now() - said > READING) say("");
}

const FORBIDDEN = "This browser lets the page keep nothing: after a reload, this conversation is gone.";
const FULL = "This browser has no room left: what is new in this conversation is not kept.";

// Another tab went on with the same conversation: this one goes on under a name of its own, so that neither loses a turn.
function fork(conversation, stored) {
  conversation.title = `${storage.titled(stored.problem ? conversation : stored)} (second tab)`;
  Object.assign(conversation, { id: named(), written: null });
}

let heard = "";

// What the server says of a conversation: how many turns it has, and those that are new.
function hear(text) {
  const told = JSON.parse(text);
  if (!known.has(told.talk)) {
    if (current.talk) {
      begin(); // the server has lost what is shown here: what follows is a conversation of its own
      say("The server no longer had this conversation, so the question began a new one. The one before is among the conversations.");
    }
    current.talk = told.talk;
    known.set(told.talk, current);
  }
  const conversation = known.get(told.talk);
  if (!conversation) return; // removed meanwhile
  for (const [place, turn] of told.changed) conversation.turns[place] = turn;
  if (told.restored && conversation === current && told.turns < conversation.turns.length) {
    send(told.turns);
  } else if (told.restored) {
    hold(false);
  } else {
    conversation.turns.length = told.turns;
  }
  if (Array.from(conversation.turns).includes(undefined)) act("keep"); // something said before did not arrive
  else if (told.changed.length || conversation.turns.length !== storage.get(conversation.id)?.turns?.length) save(conversation);
}

onClick("#anew", () => {
  note.drop("conversation");
  say("");
  begin();
});

// A conversation that was removed is not written again.
export function forget(id) {
  for (const [talk, conversation] of known) if (conversation?.id === id) known.set(talk, null);
  if (isCurrent(id)) find("#anew").click();
}

// --- bringing back ------------------------------------------------------------------------------------------------

// While turns are on their way back, a question waits, as it does while an answer grows.
function hold(waits) {
  restoring = waits;
  document.documentElement.toggleAttribute("data-restoring", waits);
}

function send(place) {
  let size = 0;
  const rest = current.turns.slice(place);
  const fitting = rest.findIndex((turn) => (size += turn.length) > AT_ONCE);
  act("restore", current.talk, place, fitting > 0 ? rest.slice(0, fitting) : rest);
}

// Shows a kept conversation; gives whether it could.
export function open(id) {
  const entry = storage.get(id);
  if (!entry || entry.problem || find("#chat .growing")) return false;
  say("");
  const { title, made, turns, changed } = entry;
  current = { talk: named(), id, title, made, turns: [...turns], written: changed };
  known.set(current.talk, current);
  note.set("conversation", id);
  before = troubles();
  hold(true);
  send(0);
  return true;
}

onOpen(() => {
  const id = note.get("conversation");
  if (id !== null && open(id)) return;
  begin();
  const problem = id !== null && storage.get(id)?.problem;
  if (problem) say(`What was kept of this conversation cannot be read (${problem}). It is among the conversations as it was.`);
});

onChange(() => {
  const text = find("#kept pre")?.textContent ?? "";
  if (text && text !== heard) {
    heard = text;
    hear(text);
  } else if (restoring && troubles() && troubles() !== before) {
    begin(); // it could not be brought back; it stays where it is kept
    say("What was kept of the conversation could not be brought back now. It is still among the conversations.");
  }
});
