// The report of the evaluation, in a frame: it is a page of its own, with its own style and script.

import { find, onChange } from "./dom.js";

onChange(() => {
  const place = find("#panel .frame");
  if (!place || place.firstChild) return;
  const frame = document.createElement("iframe");
  frame.title = place.title;
  frame.src = "/quality";
  place.append(frame);
});
