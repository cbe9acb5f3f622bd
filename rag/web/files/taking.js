// What a reader takes along or brings up: a source's card, copied text, downloaded files.

import { announce, onClick } from "./dom.js";

// A marker in an answer brings up its card: folded-up groups around it are opened, the address gets the card's name
// (so the browser's "back" leads back), and the card takes the focus.
onClick("a[href^='#cite-']", (link, event) => {
  const card = document.getElementById(link.getAttribute("href").slice(1));
  if (!card) return;
  event.preventDefault();
  for (let group = card.closest("details"); group; group = group.parentElement.closest("details")) group.open = true;
  window.location.hash = card.id;
  card.scrollIntoView({ block: "start" });
  card.focus({ preventScroll: true });
});

export function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
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

onClick("button.copy", (button) => copy(button, button.nextElementSibling.textContent));
onClick("button.link", (button) => copy(button, window.location.href));
onClick("button.save", (button) => {
  const text = ["\ufeff", button.nextElementSibling.textContent]; // the mark: for Excel
  download(new Blob(text, { type: "text/csv;charset=utf-8" }), button.value || "china-industries.csv");
});
