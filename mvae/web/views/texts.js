// Texts within HTML, as Python writes them.

import { grouped } from "../preprocess/refusal.js";

const WRITTEN = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

/** Writes a text as HTML. */
export function escape(text) {
  return text.replace(/[&<>"']/g, (letter) => WRITTEN[letter]);
}

/** Fills in the names in braces: {count}, and with grouped thousands {count:,}. */
export function filled(text, values) {
  return text.replace(/\{(\w+)(:,)?\}/g, (_, name, group) => (group ? grouped(values[name]) : values[name]));
}
