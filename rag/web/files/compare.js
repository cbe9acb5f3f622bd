// The two sides of a comparison: the browser's own controls, of which the address is made when it is asked for.

import { announce, find, onChange, onClick } from "./dom.js";
import { go } from "./views.js";

let compared = null; // the result that is there when another one is asked for: the next one takes the focus

// A side is an issue or a period: of its two controls, the one used last counts.
document.addEventListener("input", (event) => {
  const control = event.target.closest?.("#panel .one-side :is(select, input)");
  if (!control?.value) return;
  for (const other of control.closest(".one-side").querySelectorAll("select, input")) if (other !== control) other.value = "";
});

const side = (name) => encodeURIComponent(find(`#${name}-period`).value.trim() || find(`#${name}-issue`).value);

function compare() {
  compared = find("#panel .result");
  go(`?compare&before=${side("before")}&after=${side("after")}`);
}

onClick("#panel button.compare-sides", compare);

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.isComposing && event.target.closest?.("#panel .one-side input")) compare();
});

onChange(() => {
  const result = find("#panel .result");
  if (!compared || !result || result === compared) return;
  compared = null;
  result.focus({ preventScroll: true });
  if (!result.querySelector("[role=alert]")) announce("Compared.");
});
