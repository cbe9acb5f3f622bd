"use strict";

// What the page does in the browser: the address and the view it stands for, the buttons inside our HTML, the filters,
// and what is kept over a reload. What an answer or an item is, only the server knows; it is told through hidden boxes.

const find = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const kept = window.sessionStorage; // of this tab alone
const WAIT = 150; // milliseconds without a key before the filters are sent

// --- telling the server -----------------------------------------------------------------------------------------

let serial = Date.now();
let acted = { words: "", at: 0 };

function tell(name, text) {
  const box = find(`#${name} textarea`);
  if (!box || box.value === text) return;
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function act(...words) {
  const same = JSON.stringify(words);
  const twice = acted.words === same && Date.now() - acted.at < 400; // a double click is one click
  if (twice || find("#chat .growing")) return;
  acted = { words: same, at: Date.now() };
  tell("action", JSON.stringify([++serial, ...words]));
}

function fill(question) {
  const box = find("#question textarea");
  box.value = question;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// --- the address and its view -----------------------------------------------------------------------------------

function show() {
  const address = new URLSearchParams(window.location.search);
  const item = address.get("item");
  const view = item !== null ? "item" : address.has("browse") ? "browse" : "ask";
  const root = document.documentElement;
  if (root.dataset.view !== view) unfold(view);
  root.dataset.view = view;
  if (item !== null) tell("address", item);
  mark();
}

// The filters are folded up beside a question, and open where one browses and there is room.
function unfold(view) {
  const filters = find("#filters details");
  if (filters) filters.open = view !== "ask" && window.innerWidth >= 900;
}

// Links to where one is are told as such.
function mark() {
  const { view } = document.documentElement.dataset;
  const item = new URLSearchParams(window.location.search).get("item");
  for (const link of all("#head a.view")) current(link, link.classList.contains("ask") === (view === "ask"));
  for (const row of all("#listing a.row")) current(row, row.getAttribute("href") === `?item=${item}`);
}

function current(link, here) {
  if (here) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
}

let edit = null; // of a question: the value of its button, what stood in the box before, and how far it has come
let chip = null; // the one that was clicked, its name and its place: the one that comes in its stead takes the focus
let left = null; // the item that is being left: the next one takes the focus once it is there

function go(href) {
  if (href.startsWith("?item=")) left = find("#reading article") ?? document.body;
  window.history.pushState(null, "", href);
  show();
  if (window.innerWidth < 900) window.scrollTo(0, 0);
  find("#reading")?.scrollTo({ top: 0 });
}

window.addEventListener("popstate", show);
show();

// --- clicks -----------------------------------------------------------------------------------------------------

// A marker in an answer brings up its card: folded-up groups around it are opened, the address gets the card's name
// (so the browser's "back" leads back), and the card takes the focus.
function bringUp(link) {
  const card = document.getElementById(link.getAttribute("href").slice(1));
  if (!card) return false;
  for (let group = card.closest("details"); group; group = group.parentElement.closest("details")) group.open = true;
  window.location.hash = card.id;
  card.scrollIntoView({ block: "start" });
  card.focus({ preventScroll: true });
  return true;
}

function save(text, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" })); // the mark: for Excel
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

async function copy(button, text) {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    announce("Copied.");
  } catch {
    button.textContent = "The browser did not allow it";
  }
  window.setTimeout(() => (button.textContent = label), 2000);
}

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

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && find("#notice .cancel") && event.target.closest?.("#ask")) cancel();
});

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const link = target.closest("a[href]");
  const button = target.closest("button");
  chip = null;
  if (link && link.getAttribute("href").startsWith("#cite-")) {
    if (bringUp(link)) event.preventDefault();
  } else if (link && link.getAttribute("href").startsWith("?")) {
    event.preventDefault();
    go(link.getAttribute("href"));
  } else if (button?.matches(".act")) {
    begin(button);
    act(button.value);
  }
  else if (button?.matches(".cancel")) cancel();
  else if (button?.matches(".suggest")) act("ask", button.textContent);
  else if (button?.matches(".copy")) copy(button, button.nextElementSibling.textContent);
  else if (button?.matches(".link")) copy(button, window.location.href);
  else if (button?.matches(".save")) save(button.nextElementSibling.textContent, "china-industries.csv");
  else if (button?.matches(".clear")) clearFilters();
  else if (button?.matches("#anew")) kept.removeItem("log");
});

// Gradio drops a question that is sent before the last answer is through. It stays in the box, and is sent when it can.
let waiting = false;

function send() {
  find("#question .submit-button")?.click();
}

function hold(event) {
  const turns = all("#chat .turn").length;
  const text = find("#question textarea").value;
  if (find("#chat .growing")) {
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

// --- filters ----------------------------------------------------------------------------------------------------

const controls = () => all("#filters select, #filters input");
let sending = 0;

function sendFilters() {
  const chosen = Object.fromEntries(controls().map((control) => [control.name, control.value]));
  const text = JSON.stringify(chosen);
  kept.setItem("filters", text);
  tell("chosen", text);
}

function clearFilters() {
  for (const control of controls()) control.value = "";
  sendFilters();
  find("#filters summary")?.focus();
}

document.addEventListener("input", (event) => {
  if (event.target.closest?.("#filters")) {
    window.clearTimeout(sending);
    sending = window.setTimeout(sendFilters, WAIT);
  } else if (event.target.closest?.("#question")) kept.setItem("draft", event.target.value);
});

// --- opening, and what a reload brings back ---------------------------------------------------------------------

function restore() {
  unfold(document.documentElement.dataset.view);
  const question = new URLSearchParams(window.location.search).get("q");
  const draft = question ?? kept.getItem("draft");
  if (draft && !find("#question textarea").value) fill(draft);
  if (question !== null) window.history.replaceState(null, "", window.location.pathname); // a reload keeps the draft
  const log = kept.getItem("log");
  if (log && !find("#chat .turn")) act("replay", JSON.parse(log));
  const chosen = JSON.parse(kept.getItem("filters") ?? "{}");
  for (const control of controls()) control.value = chosen[control.name] ?? "";
  if (controls().some((control) => control.value)) sendFilters();
  show();
}

// --- what changed on the page -----------------------------------------------------------------------------------

let voice = null;
function announce(text) {
  if (!voice) {
    voice = document.createElement("div");
    voice.className = "unseen";
    voice.setAttribute("role", "status");
    document.body.append(voice);
  }
  voice.textContent = text;
}

// What Gradio says where its queue is full, or its server away, in words for whoever asked.
const TROUBLES = [
  [/^This application is currently busy|^Queue is full/, "Many are asking just now. Your question is still in the box: ask again in a moment."],
  [/^Connection to the server was lost/, "The server is away. The page comes back by itself when it does, with all of this."],
];

// Who waits is told the place in the queue: Gradio writes it into each part that waits, and hides it.
function place() {
  const [, mine, length] = /queue: (\d+)\/(\d+)/.exec(find("#question .progress-text")?.textContent ?? "") ?? [];
  const words = mine ? `Others are being answered. Your place in the queue: ${mine} of ${length}.` : "";
  let line = document.getElementById("place");
  if (!line && words) {
    line = document.createElement("p");
    line.id = "place";
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
  for (const link of all("a[href^='?']")) link.removeAttribute("target"); // Gradio opens links in a new tab
  if (opened && find("#question textarea")?.value === "") kept.removeItem("draft");
  mark();
}

// Focus follows what one did: into the box after "Edit question" and back to it when that is called off, onto the chip
// that came for the one that was clicked, onto the item after its link.
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
  const item = find("#reading article");
  if (left && item && item !== left) {
    left = null;
    item.focus({ preventScroll: true });
  }
}

let asked = 0;
let logged = "";
let growing = false;
let grown = -1; // the turn that grew last
let greeted = false;
let opened = false;

new MutationObserver(() => {
  const box = find("#question textarea");
  if (box && !greeted) {
    greeted = true;
    if (window.matchMedia("(pointer: fine)").matches) box.focus({ preventScroll: true }); // elsewhere a keyboard pops up
  }
  if (!opened && find("#ready .ready")) {
    opened = true;
    restore();
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
  if (waiting && !grows) {
    waiting = false;
    window.setTimeout(send, WAIT);
  }
  growing = grows;
  asked = turns.length;
  const log = turns.length ? find("#chat pre.log")?.textContent : "";
  if (log !== logged) {
    logged = log;
    if (log) kept.setItem("log", log);
  }
}).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
