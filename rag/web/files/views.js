// The address and the view it stands for: `?` asks, `?browse` lists, `?item=…` reads, and each name in `PANELS` is a
// view of its own, whose other parameters the server reads.

import { all, find, isOpen, onChange, onClick, onOpen, tell } from "./dom.js";

const PANELS = ["timeline", "compare", "conversations", "library", "quality"];

const shows = [];
let left = null; // the item that is being left: the next one takes the focus once it is there
let back = null; // where one was on the view that is being drawn again: how far down, and which link was followed

export const parameters = () => new URLSearchParams(window.location.search);

// Called whenever an address is opened, once all is there.
export const onShow = (act) => shows.push(act);

export function view() {
  const address = parameters();
  const panel = PANELS.find((name) => address.has(name));
  return address.has("item") ? "item" : address.has("browse") ? "browse" : (panel ?? "ask");
}

export function show() {
  const now = view();
  const root = document.documentElement;
  if (root.dataset.view !== now) unfold(now);
  root.dataset.view = now;
  mark();
  if (!isOpen()) return; // nobody listens yet: what is told now would be lost
  if (now === "item") tell("address", parameters().get("item"));
  if (PANELS.includes(now)) tell("place", JSON.stringify({ ...Object.fromEntries(parameters()), view: now }));
  insist(5);
  for (const act of shows) act();
}

// Gradio can lose what it is told while it still sets itself up: until what was opened is there, it is told again.
let insisting = 0;
function insist(times) {
  window.clearTimeout(insisting);
  insisting = window.setTimeout(() => {
    const now = view();
    const item = now === "item" && !find("#reading .steps");
    if (!times || !(item || (PANELS.includes(now) && !find(`#panel .drawn-${now}, #panel [role="alert"]`)))) return;
    if (item) {
      tell("address", "");
      window.setTimeout(() => tell("address", parameters().get("item") ?? ""), 100);
    } else {
      refresh();
    }
    insist(times - 1);
  }, 2000);
}

// The same view again, since what it shows has changed.
export function refresh() {
  tell("place", JSON.stringify({ ...Object.fromEntries(parameters()), view: view(), at: String(Date.now()) }));
}

export function go(href) {
  if (href.startsWith("?item=")) left = find("#reading article") ?? document.body;
  window.history.replaceState({ top: find("#panel")?.scrollTop ?? 0, page: window.scrollY, link: links().indexOf(document.activeElement) }, "");
  back = null;
  window.history.pushState(null, "", href);
  show();
  if (window.innerWidth < 900) window.scrollTo(0, 0);
  find("#reading")?.scrollTo({ top: 0 });
}

// The filters are folded up beside a question, and open where one browses and there is room.
function unfold(now) {
  const filters = find("#filters details");
  if (filters) filters.open = now !== "ask" && window.innerWidth >= 900;
}

// Links to where one is are told as such.
function mark() {
  const now = view();
  const item = parameters().get("item");
  for (const link of all("#head a.view")) current(link, link.id === `to-${now === "item" ? "browse" : now}`);
  for (const row of all("#listing a.row")) current(row, row.getAttribute("href") === `?item=${item}`);
}

function current(link, here) {
  if (here) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
}

const links = () => all("#panel a[href]");

// Back on a view, or brought to a part of it by the address: once it is drawn, the place is found again.
function settle() {
  const panel = find("#panel .page");
  if (!back || !panel || !PANELS.includes(view()) || !panel.classList.contains(view())) return;
  const { top, page, link, part } = back;
  back = null;
  if (part) {
    document.getElementById(part)?.scrollIntoView();
    return;
  }
  links()[link]?.focus({ preventScroll: true });
  find("#panel").scrollTop = top;
  window.scrollTo(0, page);
}

// To a part of what is open: the browser finds it, keeps the way back and moves the focus.
onClick("#panel a[href*='#']", (link, event) => {
  event.preventDefault();
  window.location.hash = link.hash;
});

onClick("a[href^='?']", (link, event) => {
  event.preventDefault();
  go(link.getAttribute("href"));
});

onOpen(() => {
  unfold(view());
  show();
});

onChange(() => {
  settle();
  for (const link of all("a[href^='?']")) link.removeAttribute("target"); // Gradio opens links in a new tab
  mark();
  const item = find("#reading article");
  if (left && item && item !== left) {
    left = null;
    item.focus({ preventScroll: true });
  }
});

window.addEventListener("popstate", (event) => {
  back = event.state;
  show();
  window.setTimeout(settle); // only then has the browser itself moved the focus to a part that the address names
});
if (window.location.hash) back = { part: window.location.hash.slice(1) };
show();
