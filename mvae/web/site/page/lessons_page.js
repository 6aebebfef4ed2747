// Lessons: links that set a page, each with what to look for.

import { element } from "./dom.js";
import { giveExample } from "./examples.js";

/** Returns the page: {title, lead, body, show}. */
export function lessonsPage({ site }) {
  const { texts, lessons } = site;
  const items = lessons.map(({ name, page, title, lookFor }) =>
    element("li", { class: "card" }, element("a", { href: `#${page}?lesson=${name}` }, title), element("p", {}, lookFor)),
  );
  return { title: texts.pages.lessons, lead: texts.leads.lessons, body: element("ol", { class: "lessons" }, items), show: () => {} };
}

/** Gives a lesson's inputs, and nothing else. */
export async function beginLesson(app, { inputs }) {
  const { state } = app;
  if (Object.keys(inputs).length) for (const slot of Object.values(state.slots)) slot.present = false;
  for (const [name, given] of Object.entries(inputs)) {
    if (typeof given === "number") await giveExample(app, name, given);
    else state.put(name, { strokes: structuredClone(given) });
  }
}
