// Texts within HTML, as Python writes them.

import { formatted } from "./formats.js";

const WRITTEN = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };

/** Writes a text as HTML. */
export function escape(text) {
  return text.replace(/[&<>"']/g, (letter) => WRITTEN[letter]);
}

/** Fills in the names in braces: {count}, and in a format of Python's {count:,} or {share:.1%}. */
export function filled(text, values) {
  return text.replace(/\{(\w+)(?::([^}]*))?\}/g, (_, name, format) => formatted(values[name], format));
}

/** Writes the little Markdown of our own texts as HTML: what is strong, links to words, and where a line ends. */
export function marked(text) {
  return escape(text).replace(/\*\*(.+?)\*\*/g, "<strong>$1</strong>").replace(/ {2}\n/g, "<br>")
    .replace(/\[([^[\]]+)\]\((#word-\w+)\)/g, '<a href="$2">$1</a>');
}
