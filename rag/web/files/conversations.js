// The conversations that this browser keeps: their list, and what can be done with each. What stands in the list was
// written by people: it is shown as text, never as HTML.

import { announce, find, onChange, onClick } from "./dom.js";
import { forget, isCurrent, open, say, title, turns } from "./keeping.js";
import * as storage from "./storage.js";
import { download } from "./taking.js";
import { go, onShow, view } from "./views.js";

const FORMS = { markdown: "Markdown", word: "Word", bibtex: "BibTeX", "csl-json": "CSL-JSON" };

// An element with a class, its content, and what a click on it does.
function make(tag, name, content = [], click = null) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...[content].flat());
  if (tag === "button") element.type = "button";
  if (click) element.addEventListener("click", click);
  return element;
}

const day = (time) => new Date(time).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
const kilobytes = (size) => (size < 1024 ** 2 ? `${Math.ceil(size / 1024)} KB` : `${(size / 1024 ** 2).toFixed(1)} MB`);
const counted = (number, one) => `${number} ${one}${number === 1 ? "" : "s"}`;

// --- the list -----------------------------------------------------------------------------------------------------

let stale = true; // what is kept has changed since it was drawn
let removed = []; // pairs of a name and what was kept under it, until the view is left

function row(entry) {
  const name = make("span", "title", entry.problem ? `Unreadable: ${entry.problem}` : storage.titled(entry));
  const facts = entry.problem
    ? [kilobytes(entry.size), "left as it is; another version of this page may read it"]
    : [day(entry.changed), counted(entry.turns.length, "question"), kilobytes(entry.size)];
  if (isCurrent(entry.id)) facts.unshift("in use");
  const tools = make("div", "tools", entry.problem ? [] : [button("Open", entry, show), button("Rename", entry, rename)]);
  tools.append(button("Remove", entry, ({ id }) => remove([id])));
  tools.append(entry.problem ? button("Download", entry, raw) : exports((form) => save(form, storage.titled(entry), entry.turns)));
  const line = make("li", isCurrent(entry.id) ? "current" : "", [make("p", "", name), make("p", "facts", facts.join(" · ")), tools]);
  line.dataset.id = entry.id;
  return line;
}

function button(words, entry, act) {
  const made = make("button", "", words, () => act(entry));
  made.setAttribute("aria-label", `${words}: ${entry.problem ? "unreadable entry" : storage.titled(entry)}`);
  return made;
}

function exports(act) {
  const forms = Object.entries(FORMS).map(([form, words]) => make("li", "", make("button", "", words, () => act(form))));
  return make("details", "export", [make("summary", "", "Export"), make("ul", "", forms)]);
}

function draw() {
  const list = find("#panel .conversations .kept");
  if (!list || view() !== "conversations" || (!stale && list.hasChildNodes())) return;
  stale = false;
  const kept = storage.entries();
  const empty = storage.isAllowed() ? "Nothing is kept yet." : "This browser lets the page keep nothing.";
  const all = make("button", "all", "Remove all", () => remove(kept.map(({ id }) => id)));
  list.replaceChildren(
    ...(removed.length ? [undoing()] : []),
    ...(kept.length ? [make("ul", "", kept.map(row)), make("p", "tools", all)] : [make("p", "nothing", empty)]),
  );
}

function redraw() {
  stale = true;
  draw();
}

// --- what can be done with one --------------------------------------------------------------------------------------

function show(entry) {
  if (isCurrent(entry.id) || open(entry.id)) go("?");
  else tell("An answer is still being written. Stop it, or wait, then open another conversation.");
}

function rename(entry) {
  const line = find(`#panel li[data-id="${CSS.escape(entry.id)}"]`);
  const field = make("input", "title");
  field.value = storage.titled(entry);
  field.maxLength = 200;
  field.setAttribute("aria-label", "Title");
  let over = false;
  const end = (keeps) => {
    if (over) return;
    over = true;
    const kept = storage.get(entry.id);
    if (keeps && field.value.trim() && kept && !kept.problem) {
      storage.put(entry.id, JSON.stringify({ ...kept, title: field.value.trim() }));
    }
    redraw();
    focus(entry.id, "Rename");
  };
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault(); // it would press the button that gets the focus
    end(event.key === "Enter");
  });
  field.addEventListener("blur", () => end(true));
  line.querySelector(".title").replaceWith(field);
  field.select();
}

function focus(id, words) {
  const buttons = [...(find(`#panel li[data-id="${CSS.escape(id)}"]`)?.querySelectorAll("button") ?? [])];
  buttons.find((each) => each.textContent === words)?.focus();
}

function remove(ids) {
  removed = ids.map((id) => [id, storage.raw(id)]);
  for (const id of ids) {
    storage.remove(id);
    forget(id);
  }
  redraw();
  find("#panel .undo button").focus();
  announce(`${counted(ids.length, "conversation")} removed.`);
}

function undoing() {
  const undo = make("button", "", "Undo", () => {
    const [[first]] = removed;
    const back = removed.filter(([id, text]) => storage.put(id, text));
    tell(back.length < removed.length ? "This browser has no room left for all of them." : "");
    removed = [];
    redraw();
    focus(first, "Open");
  });
  return make("p", "undo", [`${counted(removed.length, "conversation")} removed. `, undo]);
}

function raw({ id }) {
  download(new Blob([storage.raw(id)], { type: "application/json" }), "conversation.json");
}

// --- export -------------------------------------------------------------------------------------------------------

async function save(form, name, kept) {
  tell("");
  try {
    const body = JSON.stringify({ title: name, turns: kept });
    const reply = await fetch(`export/${form}`, { method: "POST", body, headers: { "content-type": "application/json" } });
    if (!reply.ok) throw new Error(await reply.text());
    const [, file] = /filename\*=UTF-8''(.+)/.exec(reply.headers.get("content-disposition"));
    download(await reply.blob(), decodeURIComponent(file));
  } catch (problem) {
    tell(problem instanceof TypeError ? "The server is away: nothing was exported." : problem.message);
  }
}

// A word on what was done, where one looks.
function tell(words) {
  const line = find("#panel .conversations .word");
  if (view() !== "conversations") say(words);
  else if (line) line.textContent = words;
}

onClick("#taking button.export", (pressed) => {
  pressed.closest("details").open = false;
  save(pressed.value, title(), turns());
});

// --- what changed -------------------------------------------------------------------------------------------------

onChange(draw); // its frame came from the server

onShow(() => {
  removed = [];
  const line = find("#panel .conversations .word");
  if (line) line.textContent = "";
  redraw();
});

window.addEventListener("storage", (event) => {
  if (storage.isOurs(event.key)) redraw();
});
