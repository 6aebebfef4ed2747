// Draw & speak: give some modalities, and see all of them, live.

import { inputCard } from "./cards.js";
import { element, say, titlesOf, write } from "./dom.js";
import { imaginationRow } from "./imagination.js";
import { diagramPart, labelCard, outputCard, sharesCard } from "./outputs.js";
import { waysPart } from "./ways.js";

/** Returns the page: {title, lead, body, show, set}; `set` takes the settings of a lesson. */
export function drawPage(app) {
  const { state, site } = app, { texts } = site, { modalities } = state;
  const inputs = modalities.map((modality) => inputCard(app, modality));
  const outputs = modalities.map((modality) => outputCard(app, modality));
  const [label, shares, ways, diagram] = [labelCard(app), sharesCard(app), waysPart(app), diagramPart(app)];
  const imagination = imaginationRow(app, ways.toggle);
  const quarrel = element("div");
  const missing = element("p", { class: "note missing-note", role: "status" });
  const short = element("p", { class: "short-label", "aria-hidden": "true" }); // on phones, beside the outputs
  const columns = `columns-${modalities.length === 4 ? 2 : Math.min(3, modalities.length)}`;
  const body = element(
    "div", { class: "draw" },
    element(
      "div", { class: "board" },
      element("div", { class: `cards inputs ${columns}` }, inputs.map(({ card }) => card)),
      diagram.place,
      element("div", { class: `cards outputs ${columns}` }, outputs.map(({ card }) => card), short),
      element("div", { class: "beside" }, label.card, shares.card),
    ),
    quarrel, missing, // below: nothing that one draws on moves
    imagination.row,
    ways.body,
  );
  const showAnswer = (answer, given, doubtful = []) => {
    const row = answer?.rows[0] ?? null;
    const said = app.views.quarrelTexts(answer?.quarrel ?? null, titlesOf(modalities), state.manifest.classes);
    modalities.forEach(({ name }, i) => inputs[i].sayAlone(said.alone[name]));
    write(quarrel, said.sentence);
    diagram.show(answer);
    outputs.forEach(({ show }, i) => show(row, given[modalities[i].name], doubtful.includes(modalities[i].name)));
    label.show(row?.probabilities ?? null, doubtful.length > 0);
    const name = row === null ? "" : state.manifest.classes[row.label];
    say(short, name);
    short.classList.toggle("long", name.length > 4);
    shares.show(row?.shares ?? null);
    say(missing, row === null ? texts.allMissing : "");
  };
  const show = async () => {
    for (const part of [...inputs, imagination]) part.show();
    const given = state.given(), names = Object.keys(given);
    ways.show(given);
    if (!names.length) {
      showAnswer(null, given);
      return;
    }
    const answer = await app.ask("judge", { inputs: given, rows: [{ given: names, noise: state.noise() }] }, "draw");
    if (answer.status !== "done" || !Object.keys(state.given()).length) return;
    const { scores } = answer.value;
    showAnswer(answer.value, given, names.filter((name) => scores[name] > 1 && !state.slots[name].isImagined));
  };
  return { ...titles(state, texts), body, show, set: ({ ways: on }) => ways.set(on === true) };
}

function titles({ modalities }, { inputsTitles, leads }) {
  const kinds = [...new Set(modalities.map(({ kind }) => kind))].sort().join();
  const count = modalities.length, lead = leads.draw[count] ?? leads.draw.more.replace("{count}", count);
  return { title: inputsTitles[kinds] ?? inputsTitles.other, lead };
}
