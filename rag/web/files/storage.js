// What the browser keeps: conversations, an entry each, under a name of their own in this browser's storage. Knows
// nothing of the page. A turn is a text that the server sealed: only what was asked can be read here.

const PREFIX = "china-industries/conversation/";
const VERSION = 1;
const MOST = 4 * 2 ** 20; // characters of all names and entries
const LONGEST = 80; // characters of a question that stands for its conversation

let store = null;
try {
  store = window.localStorage;
} catch {
  // the browser forbids it
}

export const isAllowed = () => store !== null;
export const isOurs = (key) => key === null || key.startsWith(PREFIX);

// --- entries ------------------------------------------------------------------------------------------------------

// An entry: `title` (empty: its first question), `made` and `changed` (milliseconds), `turns`. One that cannot be read
// has a `problem` instead, and is left as it is.
function read(text) {
  let entry = null;
  try {
    entry = JSON.parse(text);
  } catch {
    return { problem: "damaged" };
  }
  if (entry?.version > VERSION) return { problem: "kept by a newer version of this page" };
  const fits =
    entry?.version === VERSION &&
    typeof entry.title === "string" &&
    [entry.made, entry.changed].every(Number.isFinite) &&
    Array.isArray(entry.turns) &&
    entry.turns.every((turn) => typeof turn === "string");
  return fits ? entry : { problem: "damaged" };
}

function* keys() {
  for (let place = 0; place < (store?.length ?? 0); place++) {
    const key = store.key(place);
    if (key.startsWith(PREFIX)) yield key;
  }
}

// The entry of a conversation, null where there is none.
export function get(id) {
  const text = raw(id);
  return text === null ? null : read(text);
}

export const raw = (id) => store?.getItem(PREFIX + id) ?? null;

// Every entry with its `id` and `size`, the last changed first, those that cannot be read last.
export function entries() {
  return [...keys()]
    .map((key) => {
      const text = store.getItem(key);
      return { ...read(text), id: key.slice(PREFIX.length), size: key.length + text.length };
    })
    .sort((one, other) => (other.changed ?? 0) - (one.changed ?? 0));
}

// What was asked in a turn: all of it that can be read without the server.
export function question(turn) {
  try {
    return String(JSON.parse(turn.slice(turn.indexOf(" ") + 1)).asked.question);
  } catch {
    return "";
  }
}

export function titled(entry) {
  const title = entry.title || question(entry.turns?.[0] ?? "") || "A conversation that cannot be read";
  return title.length > LONGEST ? `${title.slice(0, LONGEST - 1).trimEnd()}…` : title;
}

// --- changes ------------------------------------------------------------------------------------------------------

export function remove(id) {
  store?.removeItem(PREFIX + id);
}

// Puts an entry's text as it is; gives whether the browser took it.
export function put(id, text) {
  if (!store) return false;
  try {
    store.setItem(PREFIX + id, text);
    return true;
  } catch {
    return false; // full
  }
}

// Writes a conversation. To make room those unused for longest go, then its own oldest turns. Gives the titles of those
// that went, how many of its turns did, and whether it is kept at all: if not, nothing has changed.
export function write(id, entry) {
  const gone = [];
  let turns = entry.turns;
  for (;;) {
    const text = JSON.stringify({ version: VERSION, ...entry, turns });
    const others = entries().filter((other) => other.id !== id);
    const taken = others.reduce((sum, other) => sum + other.size, PREFIX.length + id.length + text.length);
    if (taken <= MOST && put(id, text)) return { kept: true, gone: gone.map(titled), cut: entry.turns.length - turns.length };
    const oldest = others.findLast((other) => !other.problem);
    if (oldest) {
      gone.push({ ...oldest, text: raw(oldest.id) });
      remove(oldest.id);
    } else if (turns.length > 1) {
      turns = turns.slice(Math.ceil(turns.length / 8));
    } else {
      for (const other of gone.reverse()) put(other.id, other.text);
      return { kept: false, gone: [], cut: 0 };
    }
  }
}
