// Lessons: a panel below the page says what to look at, asks what one predicts, and then says why.
//
// An address says `#PAGE?lesson=NAME.STEP.LETTERS`: the step, counted from 1, and the answers that were given in this
// lesson, a letter for each step and a hyphen where there is none.

import { element, filled } from "./dom.js";
import { giveExample } from "./examples.js";

const LETTERS = "abcdefghijklmnopqrstuvwxyz", OPEN = "-";

/** Returns the page: {title, lead, body, show}. */
export function lessonsPage({ site }) {
  const { texts, lessons } = site;
  const items = lessons.map((lesson) => {
    const about = filled(texts.lessons.minutes, { minutes: lesson.minutes, steps: lesson.steps.length });
    return element("li", { class: "card" }, element("a", { href: address(lesson, 1, "") }, lesson.title), element("p", {}, about));
  });
  return { title: texts.pages.lessons, lead: texts.leads.lessons, body: element("ol", { class: "lessons" }, items), show: () => {} };
}

/** The step that an address names: {lesson, step, number, letters}, or null. */
export function lessonOf(lessons, text) {
  const [name, number, letters = ""] = (text ?? "").split(".");
  const lesson = lessons.find((each) => each.name === name), step = lesson?.steps[Number(number) - 1];
  return step ? { lesson, step, number: Number(number), letters } : null;
}

/** Gives a step's inputs and no others, and says how what is missing is imagined. */
export async function beginStep(app, { inputs, settings }) {
  const { state } = app;
  state.kind = settings.kind;
  if (Object.keys(inputs).length) for (const slot of Object.values(state.slots)) slot.present = false;
  for (const [name, given] of Object.entries(inputs)) {
    if (typeof given === "number") await giveExample(app, name, given);
    else state.put(name, { strokes: structuredClone(given) });
  }
}

/** Shows a step in the panel, or nothing for null; `main` is hidden while it is to be guessed. */
export function showStep({ site }, panel, main, found) {
  panel.hidden = found === null;
  document.body.classList.toggle("taught", found !== null);
  const given = found === null ? -1 : LETTERS.indexOf(found.letters[found.number - 1] ?? OPEN);
  const choice = found?.step.choices[given];
  main.classList.toggle("guessed", Boolean(found?.step.guess && !choice));
  if (!found) return panel.replaceChildren();
  const { lesson, step, number, letters } = found, words = site.texts.lessons;
  const where = filled(words.where, { title: lesson.title, number, steps: lesson.steps.length });
  const next = number < lesson.steps.length ? [address(lesson, number + 1, letters), words.next] : ["#lessons", words.done];
  const onward = choice || !step.choices.length ? [element("a", { class: "button", href: next[0] }, next[1])] : [];
  panel.replaceChildren(
    element("div", { class: "row" }, element("h2", {}, where), onward, element("a", { href: location.hash.split("?")[0] }, words.close)),
    element("div", { class: "lesson-text" }, element("h3", {}, step.title), ...paragraphs(step.look)),
    element("div", { class: "lesson-answer" }, element("p", {}, element("strong", {}, step.question)), choice ? verdict(step, choice, words) : ask(found)),
  );
}

function ask({ lesson, step, number, letters }) {
  return step.choices.map(({ text }, place) => {
    const given = letters.padEnd(number - 1, OPEN).slice(0, number - 1) + LETTERS[place] + letters.slice(number);
    return element("a", { class: "button", href: address(lesson, number, given) }, ...inline(text));
  });
}

function verdict(step, choice, words) {
  const right = step.choices.find((each) => each.right);
  const said = choice.right ? [[words.right, right]] : [[words.wrong, choice], [words.rightWouldBe, right]];
  return said.map(([sentence, each]) =>
    element("div", { class: "card", role: "status" }, element("p", {}, element("strong", {}, ...inline(filled(sentence, each)))), element("p", {}, ...inline(each.why))));
}

function address(lesson, number, letters) {
  return `#${lesson.steps[number - 1].page}?lesson=${lesson.name}.${number}.${letters}`;
}

function paragraphs(text) {
  return text.split(/\n\s*\n/).filter(Boolean).map((each) => element("p", {}, ...inline(each)));
}

/** The little Markdown that lessons need: **strong** and *emphasised*. */
function inline(text) {
  return text.split(/(\*\*[^*]+\*\*|\*[^*]+\*)/).filter(Boolean).map((part) => {
    if (part.startsWith("**")) return element("strong", {}, part.slice(2, -2));
    return part.startsWith("*") && part.length > 2 ? element("em", {}, part.slice(1, -1)) : part;
  });
}
