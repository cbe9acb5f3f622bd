// What the page does in the browser, a file a concern. What an answer or an item is, only the server knows.

import { watch } from "./dom.js";
import "./views.js";
import "./compare.js";
import "./taking.js";
import "./filters.js";
import "./adding.js";
import "./asking.js";
import "./judging.js";
import "./keeping.js";
import "./conversations.js";
import "./quality.js";

watch();
