// Words of the glossary in the site's texts: a link at the first mention of each, as in the app.

import { element } from "./dom.js";

let found = null; // the words' forms, as one expression

/** Returns what a text consists of: texts, and links to the cards of the words that it mentions. */
export function explained({ site }, text) {
  found ??= new RegExp(
    `(?<![\\w-])(?:${Object.entries(site.words).map(([name, { forms }]) => `(?<${name}>${forms})`).join("|")})(?![\\w-])`, "gi",
  );
  const parts = [], seen = new Set();
  let end = 0;
  for (const { 0: word, index, groups } of text.matchAll(found)) {
    const name = Object.keys(groups).find((each) => groups[each] !== undefined);
    if (seen.has(name)) continue;
    seen.add(name);
    parts.push(text.slice(end, index), element("a", { href: `#word-${name}` }, word));
    end = index + word.length;
  }
  return [...parts, text.slice(end)];
}
