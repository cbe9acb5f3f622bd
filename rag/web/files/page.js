"use strict";

// A marker in an answer brings up its card: folded-up groups around it are opened, the address gets the card's name
// (so the browser's "back" leads back), and the card takes the focus.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href^="#cite-"]') : null;
  const card = link && document.getElementById(link.getAttribute("href").slice(1));
  if (!card || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  for (let group = card.closest("details"); group; group = group.parentElement.closest("details")) group.open = true;
  window.location.hash = card.id;
  card.scrollIntoView({ block: "start" });
  card.focus({ preventScroll: true });
});

// A new question comes to the top, so that its answer is read from its beginning; new sources are shown from theirs.
let asked = 0;
let greeted = false;
new MutationObserver(() => {
  const box = document.querySelector("#question textarea");
  if (box && !greeted) {
    greeted = true;
    if (window.matchMedia("(pointer: fine)").matches) box.focus({ preventScroll: true }); // elsewhere a keyboard pops up
  }
  const turns = document.querySelectorAll("#chat .turn");
  if (turns.length > asked) {
    turns[turns.length - 1].scrollIntoView({ block: "start" });
    document.getElementById("sources")?.scrollTo({ top: 0 });
  }
  asked = turns.length;
  document.getElementById("chat")?.setAttribute("role", "log"); // what is added is read out
  document.getElementById("notice")?.setAttribute("role", "status");
}).observe(document.documentElement, { childList: true, subtree: true });
