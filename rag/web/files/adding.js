// Adding briefs in the library view: files are chosen or dropped, sent one after the other, and each is told what was
// read of it or why it failed. The server checks everything again; what is said of a file is set as text, never as HTML.

import { announce, find, onChange, tell } from "./dom.js";
import { refresh } from "./views.js";

const SUFFIXES = ".md,.txt";
const BROKEN = "The connection broke off. Reload the page to see whether it was added.";
const AWAY = "The browser could not read it, or the server is away.";

let box = null; // the controls, kept while the view around them is drawn anew
let focused = null; // what of it had the focus when that happened
let most = 0; // bytes of a file
let queue = Promise.resolve(); // one file after the other

function make(tag, words = "", given = {}) {
  const element = Object.assign(document.createElement(tag), given);
  if (words) element.textContent = words;
  return element;
}

function build() {
  const input = make("input", "", { type: "file", id: "add-files", multiple: true, accept: SUFFIXES });
  const label = make("label", "Choose files, or drop them here", { htmlFor: input.id });
  const zone = make("div", "", { className: "zone" });
  const made = make("div", "", { className: "controls" });
  zone.append(label, input);
  made.append(zone, make("ul", "", { className: "files" }));
  input.addEventListener("change", () => {
    take(input.files);
    input.value = ""; // the same file may be chosen again
  });
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    take(event.dataTransfer.files);
  });
  made.addEventListener("focusin", (event) => (focused = event.target));
  // being taken out with the view is told before it happens: only what has the focus afterwards says whether it left
  made.addEventListener("focusout", () =>
    window.setTimeout(() => {
      if (made.isConnected && !made.contains(document.activeElement)) focused = null;
    }),
  );
  return made;
}

function take(files) {
  for (const file of files) {
    const row = make("li");
    const state = make("p", "Waiting", { className: "state" });
    const bar = make("progress", "", { max: 1, value: 0 });
    bar.setAttribute("aria-label", `Adding ${file.name}`);
    row.append(make("p", file.name, { className: "name" }), bar, state);
    box.querySelector(".files").append(row);
    queue = queue.then(() => add(file, row, bar, state));
  }
}

async function add(file, row, bar, state) {
  const { outcome, lines } =
    file.size > most
      ? { outcome: "failed", lines: [`It is larger than ${most / 2 ** 20} MB, which is the most for a file.`] }
      : await sent(file, bar, state);
  bar.remove();
  state.remove();
  row.className = outcome;
  const told = make("ul", "", { className: "told" });
  for (const line of lines) told.append(make("li", line));
  row.append(told);
  announce(`${file.name}: ${lines[0]}`);
  if (outcome === "added") {
    refresh();
    tell("renewed", String(Date.now()));
  }
}

// Send one file, showing each step; gives the outcome.
function sent(file, bar, state) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    let read = 0; // characters of the response
    let outcome = { outcome: "failed", lines: [BROKEN] };
    const failed = (words) => done({ outcome: "failed", lines: [words] });

    function step({ words, done: made, total, ...end }) {
      if (end.outcome) outcome = end;
      else {
        state.textContent = total ? `${words}: ${made} of ${total}` : words;
        if (total) bar.value = made / total;
        else bar.removeAttribute("value"); // how long it takes is not known
      }
    }

    request.open("POST", `/library/add?${new URLSearchParams({ name: file.name })}`);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("x-requested-with", "china-industries");
    request.upload.addEventListener("progress", (event) => {
      state.textContent = "Sending";
      bar.value = event.total ? event.loaded / event.total : 0;
    });
    request.addEventListener("progress", () => {
      if (request.status !== 200) return;
      const whole = request.responseText.lastIndexOf("\n") + 1;
      for (const line of request.responseText.slice(read, whole).split("\n")) if (line) step(JSON.parse(line));
      read = Math.max(read, whole);
    });
    request.addEventListener("load", () => (request.status === 200 ? done(outcome) : failed(refusal(request))));
    request.addEventListener("error", () => failed(request.status ? BROKEN : AWAY));
    request.send(file);
  });
}

function refusal(request) {
  if (request.status === 413) return `It is too large: ${request.responseText}`;
  try {
    return JSON.parse(request.responseText).detail ?? BROKEN;
  } catch {
    return BROKEN;
  }
}

onChange(() => {
  const place = find("#panel .adding");
  if (!place || box?.parentElement === place) return;
  most = Number(place.querySelector(".most").textContent);
  box ??= build();
  const had = focused;
  place.append(box);
  if (had && document.activeElement === document.body) had.focus({ preventScroll: true });
});
