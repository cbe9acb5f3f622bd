// What every part of the page's script uses: finding elements, hearing of clicks and changes, telling the server, and
// saying something to whoever listens rather than looks.

export const find = (selector) => document.querySelector(selector);
export const all = (selector) => [...document.querySelectorAll(selector)];

// --- what happens on the page -------------------------------------------------------------------------------------

const clicks = []; // pairs of a selector and what a click on such an element does
const changes = [];
const openings = [];
let open = false;

// What a click on an element does; the first selector that fits is the one.
export const onClick = (selector, act) => clicks.push([selector, act]);
// Called whenever something on the page has changed.
export const onChange = (act) => changes.push(act);
// Called once, when all parts of the page are there.
export const onOpen = (act) => openings.push(act);
export const isOpen = () => open;

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  for (const [selector, act] of clicks) {
    const element = target.closest(selector);
    if (element) {
      act(element, event);
      return;
    }
  }
});

function look() {
  if (!open && find("#ready .ready")) {
    open = true;
    for (const act of openings) act();
  }
  for (const act of changes) act();
}

// Once at the start, too: Gradio may have drawn all of the page before this script was there.
export function watch() {
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
  look();
}

// --- the server: told through hidden boxes ------------------------------------------------------------------------

let serial = Date.now();
let acted = { words: "", at: 0 };

export function tell(name, text) {
  const box = find(`#${name} textarea`);
  if (!box || box.value === text) return;
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// Whether an answer grows, or the conversation is on its way back: what one asks meanwhile waits.
export const isBusy = () => Boolean(find("#chat .growing, html[data-restoring]"));

// A button in the conversation was pressed, or something that stands for one.
export function act(...words) {
  const same = JSON.stringify(words);
  const twice = acted.words === same && Date.now() - acted.at < 400; // a double click is one click
  if (twice || (isBusy() && words[0] !== "restore")) return;
  acted = { words: same, at: Date.now() };
  tell("action", JSON.stringify([++serial, ...words]));
}

// --- this tab's own notes, which outlive a reload where the browser allows it ---------------------------------------

const unkept = new Map();
let notes = null;
try {
  notes = window.sessionStorage;
} catch {
  // the browser forbids it: until the next reload then
}

export const note = {
  get: (name) => notes?.getItem(name) ?? unkept.get(name) ?? null,
  set(name, text) {
    unkept.set(name, text);
    try {
      notes?.setItem(name, text);
    } catch {
      // full: until the next reload then
    }
  },
  drop(name) {
    unkept.delete(name);
    notes?.removeItem(name);
  },
};

// --- words for those who listen -----------------------------------------------------------------------------------

let voice = null;

export function announce(text) {
  if (!voice) {
    voice = document.createElement("div");
    voice.className = "unseen";
    voice.setAttribute("role", "status");
    document.body.append(voice);
  }
  voice.textContent = text;
}
