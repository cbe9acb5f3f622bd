// What brings a tab's conversation back after a reload: what was asked, which the server answers again.

import { act, find, note, onChange, onClick, onOpen } from "./dom.js";

let logged = "";

onClick("#anew", () => note.drop("log"));

onOpen(() => {
  const log = note.get("log");
  if (log && !find("#chat .turn")) act("replay", JSON.parse(log));
});

onChange(() => {
  const log = find("#chat .turn") ? find("#chat pre.log")?.textContent : "";
  if (log === logged) return;
  logged = log;
  if (log) note.set("log", log);
});
