// All subsets: what the model makes of every subset of what is there, a row each.

import { element, filled, titlesOf, write } from "./dom.js";
import { giveExample, hasExamples, hasRecordings, hasTemplates } from "./examples.js";
import { imaginationRow } from "./imagination.js";
import { paint, pictureCanvas } from "./outputs.js";
import { listenButton } from "./sounds.js";
import { explained } from "./words.js";

/** Returns the page: {title, lead, body, show}. */
export function subsetsPage(app, drawTitle) {
  const { state, site } = app, { texts } = site, words = texts.subsets;
  const imagination = imaginationRow(app);
  const said = element("p", { class: "note", role: "status" }), offers = element("div", { class: "buttons" });
  const place = element("div", { class: "table" }), quarrel = element("div");
  let table = null;
  const body = element(
    "div", { class: "subsets" }, imagination.row, said, offers, quarrel, place,
    [words.choose, words.elboNote, words.klNote].map((note) => element("p", { class: "note" }, explained(app, note))),
  );
  const show = async () => {
    imagination.show();
    const filledIn = state.filled(), names = Object.keys(filledIn);
    const absent = state.modalities.filter(({ name }) => !names.includes(name));
    const [shown, all] = [names, state.modalities].map((each) => 2 ** each.length - 1);
    said.textContent = !names.length ? filled(words.none, { page: drawTitle })
      : absent.length ? filled(words.absent, { absent: absent.map(({ title }) => title).join(", "), shown, all }) : "";
    place.hidden = !names.length;
    if (!names.length) {
      offers.replaceChildren();
      return;
    }
    showQuarrel(app, quarrel, filledIn);
    const noise = state.noise();
    const answer = await app.ask("complete", { inputs: filledIn, rows: subsetsOf(names).map((given) => ({ given, noise })) }, "subsets");
    if (answer.status !== "done") return;
    const { rows } = answer.value;
    if (table?.names.join() !== names.join()) {
      table = subsetsTable(app, names);
      place.replaceChildren(table.element);
    }
    table.show(rows, filledIn);
    showBounds(table, filledIn, rows);
    offers.replaceChildren(...absent.filter(({ name }) => hasExamples(app, name)).map((each) => offer(app, each, rows.at(-1).label)));
  };
  const showBounds = async (table, inputs, rows) => {
    const posteriors = rows.map(({ mean, variance, kl }) => ({ mean, variance, kl }));
    const answer = await app.ask("elbo", { inputs, posteriors, noise: state.noiseOf(0, site.elboDraws) }, "bounds");
    if (answer.status === "done") table.showBounds(answer.value);
  };
  return { title: texts.pages.subsets, lead: texts.leads.subsets, body, show };
}

/** Says which class wins where the inputs disagree. */
async function showQuarrel({ ask, state, views }, place, inputs) {
  const answer = await ask("quarrel", { inputs }, "who wins");
  if (answer.status !== "done") return;
  write(place, views.quarrelTexts(answer.value, titlesOf(state.modalities), state.manifest.classes).sentence);
}

/** All non-empty subsets, the smallest first. */
function subsetsOf(names) {
  const all = Array.from({ length: 2 ** names.length - 1 }, (_, i) => names.filter((_name, place) => ((i + 1) >> place) & 1));
  const places = (subset) => subset.map((name) => names.indexOf(name)).join();
  return all.sort((one, other) => one.length - other.length || places(one).localeCompare(places(other)));
}

/** A button that gives an example of what is absent, of the class that the model reads from the rest. */
function offer(app, { name, title }, label) {
  const { give, imagine } = app.site.texts.subsets, isImagined = !hasTemplates(app, name) && !hasRecordings(app, name);
  const said = filled(isImagined ? imagine : give, { title, label: app.state.manifest.classes[label] });
  const made = element("button", { type: "button", class: "button" }, said);
  made.addEventListener("click", () => giveExample(app, name, label, { present: false }));
  return made;
}

function subsetsTable(app, names) {
  const { state, site } = app, { texts } = site, words = texts.subsets, { modalities } = state;
  const titles = titlesOf(modalities);
  const head = [words.given, ...modalities.map(({ name }) => titles[name]), words.label, words.elbo, words.kl];
  const inputs = pictureRow(app, "input");
  const rows = subsetsOf(names).map((given) => {
    const listed = given.map((name) => titles[name]).join(" + ");
    const dot = element("span", { class: "dot", "aria-hidden": "true" });
    const chosen = element("button", { type: "button", class: "row" }, dot, listed);
    chosen.addEventListener("click", () => {
      for (const [name, slot] of Object.entries(state.slots)) slot.present = given.includes(name);
      state.changed();
    });
    const [label, elbo, kl] = [element("td"), element("td"), element("td")];
    return { given, listed, dot, chosen, label, elbo, kl, pictures: pictureRow(app, "row") };
  });
  const table = element(
    "table", {}, element("caption", { class: "unseen" }, words.table),
    element("thead", {}, element("tr", {}, head.map((text) => element("th", { scope: "col" }, text)))),
    element(
      "tbody", {},
      element("tr", {}, element("th", { scope: "row" }, words.inputRow), inputs.cells, element("td", { colspan: 3 })),
      rows.map((row) => element("tr", {}, element("th", { scope: "row" }, row.chosen), row.pictures.cells, row.label, row.elbo, row.kl)),
    ),
  );
  const show = (answers, filledIn) => {
    const on = Object.keys(state.given()).join();
    inputs.show(filledIn, () => texts.subsets.input, "–", "");
    rows.forEach((row, i) => {
      const answer = answers[i], label = state.manifest.classes[answer.label];
      row.label.replaceChildren(label, element("small", {}, `${(100 * answer.probabilities[answer.label]).toFixed(1)}%`));
      row.kl.textContent = answer.kl.toFixed(1);
      row.chosen.setAttribute("aria-pressed", String(row.given.join() === on));
      row.dot.textContent = row.given.join() === on ? "● " : "";
      row.pictures.show(answer.outputs, (name) => (row.given.includes(name) ? texts.given : texts.imagined), label, row.listed);
    });
  };
  const showBounds = (bounds) => {
    const written = (bound) => bound.toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 }).replace("-", "−");
    const highest = written(Math.max(...bounds));
    rows.forEach(({ elbo }, i) => {
      const said = written(bounds[i]);
      elbo.replaceChildren(said, ...(said === highest ? [element("small", {}, words.highest)] : []));
    });
  };
  return { element: table, names, show, showBounds };
}

/** The pictures of a row: {cells, show(samples, state of a modality, label, what is given)}. */
function pictureRow(app, kind) {
  const { state, site } = app;
  const latest = {};
  const parts = state.modalities.map((modality) => {
    const canvas = pictureCanvas(modality), caption = element("figcaption");
    const listen = modality.kind === "sound" && kind === "row" ? listenButton(app, modality.title, () => latest[modality.name] ?? null) : null;
    const figure = element("figure", {}, canvas, caption);
    return { modality, canvas, caption, figure, cell: element("td", {}, figure, listen) };
  });
  return {
    cells: parts.map(({ cell }) => cell),
    show: (samples, stateOf, label, row) => {
      Object.assign(latest, samples);
      for (const { modality, canvas, caption, figure } of parts) {
        const sample = samples[modality.name];
        figure.hidden = !sample;
        if (!sample) continue;
        const word = stateOf(modality.name);
        caption.textContent = word;
        const { title } = modality;
        const alt = filled(kind === "row" ? site.texts.alt.row : site.texts.alt.given, { title, state: word, row, label });
        paint(app, canvas, modality, sample, alt, { scale: 3, cell: [4, 5] });
      }
    },
  };
}
