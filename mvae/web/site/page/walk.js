// A walk along one dimension: 100 values of it, as a grid of each modality, while its range is dragged.

import { labelsOf } from "../engine/labels.js";
import { traverse } from "../engine/latents.js";
import { beforePaint, choice, element, filled } from "./dom.js";
import { gridPainter } from "./grid.js";

const COLUMNS = 10, TILES = COLUMNS * COLUMNS;
const REACHES = [3, 10, 100, 1500]; // how far the range's ends may be dragged

/** Returns {body, begin(start), show, set(settings)}. */
export function walkTab(app) {
  const { state, site } = app, { texts } = site, words = texts.latent, { classes } = state.manifest;
  const picker = element("select", { id: "dimension" }, site.ranking.map((index) =>
    element("option", { value: index }, filled(words.dimension, { index, kl: site.kl[index].toFixed(2) }))));
  const said = element("p", { class: "note" }), met = element("p", { role: "status" });
  const grids = state.modalities.map((modality) => gridPainter(app, modality));
  const ends = [rangeEnd(words.from, -3), rangeEnd(words.to, 3)];
  const reaches = choice("reach", REACHES.map((each) => [each, `±${each.toLocaleString("en")}`]), (reach) => {
    reachTo(reach);
    soon();
  }, words.reach);
  let start = null;

  const reachTo = (reach) => {
    reaches.show(reach);
    for (const { input } of ends) {
      Object.assign(input, { min: -reach, max: reach, step: reach / 300 });
    }
  };
  const decode = async () => {
    if (start === null) return;
    const index = Number(picker.value), [first, last] = ends.map(({ input }) => input.valueAsNumber);
    const values = Float32Array.from({ length: TILES }, (_, tile) => first + ((last - first) * tile) / (TILES - 1));
    for (const { show } of ends) show();
    const answer = await app.ask("decode", { latents: traverse(start.mean, index, values) }, "walk");
    if (answer.status !== "done") return;
    const { outputs, probabilities } = answer.value;
    const labels = labelsOf(probabilities, classes.length), rows = values.filter((_, tile) => tile % COLUMNS === 0);
    const along = labels.filter((label, tile) => label !== labels[tile - 1]).map((label) => classes[label]).join(" → ");
    met.textContent = filled(words.met, { met: along });
    said.textContent = filled(words.walk, { index, first: short(first), last: short(last), value: start.mean[index].toFixed(2) });
    for (const { modality, canvas, show } of grids) {
      show(outputs[modality.name], labels, rows);
      canvas.setAttribute("aria-label", filled(texts.alt.grid, { title: modality.title, index, met: along }));
    }
  };
  const soon = beforePaint(decode);
  picker.addEventListener("change", soon);
  for (const { input } of ends) input.addEventListener("input", soon);
  reachTo(REACHES[1]);

  const body = element(
    "div", { class: "walk" },
    element(
      "section", { class: "card settings", "aria-label": words.tabs.grid },
      element("label", { class: "field" }, words.index, picker),
      element("div", { class: "row" }, element("span", { class: "note" }, words.reach), reaches.row),
      ...ends.map(({ label }) => label), met, said,
    ),
    element("div", { class: "grids" }, grids.map(({ figure }) => figure)),
    site.shortened ? element("p", { class: "note" }, site.shortened) : null,
  );
  return {
    body,
    begin: (from) => { start = from; },
    show: decode,
    set: ({ index, from, to }) => {
      if (index !== undefined) picker.value = index;
      if (from === undefined) return;
      reachTo(REACHES.find((reach) => Math.max(Math.abs(from), Math.abs(to)) <= reach) ?? REACHES.at(-1));
      [from, to].forEach((value, i) => { ends[i].input.value = value; });
    },
  };
}

function rangeEnd(words, value) {
  const input = element("input", { type: "range" }), output = element("output");
  input.max = 1e6; // until the reach is set, so that the value stays
  input.min = -1e6;
  input.value = value;
  const show = () => { output.textContent = short(input.valueAsNumber); };
  return { input, show, label: element("label", { class: "slider" }, element("span", {}, words), input, output) };
}

function short(value) {
  return String(Number(value.toPrecision(4)));
}
