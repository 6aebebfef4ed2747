// A straight line between two points of the latent, step by step.

import { labelsOf } from "../engine/labels.js";
import { straightLine } from "../engine/latents.js";
import { beforePaint, element, filled, say } from "./dom.js";
import { labelCard, paint, pictureCanvas } from "./outputs.js";
import { listenButton } from "./sounds.js";

const [FEWEST, USUAL, MOST] = [3, 9, 13]; // steps, both ends among them
const PICTURE = { scale: 3, cell: [4, 6] };

/** Returns {body, begin(start), show, set(settings)}. */
export function lineTab(app, pointPicker) {
  const { state, site } = app, { texts } = site, words = texts.latent.line, { classes } = state.manifest;
  const end = pointPicker(words.to, "end", String(Math.min(3, classes.length - 1)), () => soon());
  const steps = ranged(words.steps, { min: FEWEST, max: MOST, value: USUAL }, () => soon());
  const chosen = ranged(words.chosen, { min: 1, max: USUAL, value: (USUAL + 1) / 2 }, () => soon());
  const said = element("p", { role: "status" }), heading = element("p"), label = labelCard(app);
  const film = element("div", { class: "film", tabindex: "0", role: "region", "aria-label": words.film });
  const heard = state.modalities.filter(({ kind }) => kind === "sound");
  const latest = {};
  const listen = heard.map(({ name, title }) => listenButton(app, title, () => latest[name] ?? null));
  let start = null, shown = null;

  const decode = async () => {
    const from = start, to = await end.point(), count = steps.value();
    if (to === null || from !== start) return;
    chosen.limit(count);
    const answer = await app.ask("decode", { latents: straightLine(from.mean, to.mean, count) }, "line");
    if (answer.status !== "done") return;
    if (shown?.count !== count) {
      shown = filmTable(app, count, (step) => {
        chosen.set(step);
        soon();
      });
      film.replaceChildren(shown.table);
    }
    const { outputs, probabilities } = answer.value, C = classes.length;
    const own = (step) => probabilities.subarray(step * C, (step + 1) * C);
    const labels = labelsOf(probabilities, C), at = chosen.value() - 1;
    shown.show(outputs, labels, at);
    label.show(own(at));
    say(heading, filled(words.at, { step: at + 1 }));
    say(said, `${changesOf(labels, classes, words)} ${filled(words.line, { from: from.words, to: to.words })}`);
    for (const { name } of heard) latest[name] = sampleAt(outputs[name], count, at);
  };
  const soon = beforePaint(decode);
  const body = element(
    "div", { class: "walk" },
    element("section", { class: "card settings", "aria-label": texts.latent.tabs.line }, end.label, steps.label, chosen.label, said),
    film,
    element("div", { class: "line-step" }, heading, listen, label.card),
  );
  return { body, begin: (from) => { start = from; }, show: decode, set: ({ to }) => { if (to) end.picker.value = to; } };
}

/** Returns {table, count, show(outputs, labels, at)}: a column for each step. */
function filmTable(app, count, choose) {
  const { state, site } = app, words = site.texts.latent.line, { classes } = state.manifest;
  const each = (make) => Array.from({ length: count }, (_, step) => make(step));
  const heads = each((step) => {
    const pressed = element("button", { type: "button", class: "button" }, String(step + 1));
    pressed.addEventListener("click", () => choose(step + 1));
    return pressed;
  });
  const canvases = state.modalities.map((modality) => ({ modality, cells: each(() => pictureCanvas(modality)) }));
  const names = each(() => element("span"));
  const row = (title, cells) => element("tr", {}, element("th", { scope: "row" }, title), cells.map((cell) => element("td", {}, cell)));
  const table = element(
    "table", {}, element("caption", { class: "unseen" }, words.film),
    element("tbody", {}, row(words.step, heads), canvases.map(({ modality, cells }) => row(modality.title, cells)), row(site.texts.label, names)),
  );
  const show = (outputs, labels, at) => {
    for (const { modality, cells } of canvases) {
      cells.forEach((canvas, step) => {
        const alt = filled(words.alt, { title: modality.title, step: step + 1, label: classes[labels[step]] });
        paint(app, canvas, modality, sampleAt(outputs[modality.name], count, step), alt, PICTURE);
      });
    }
    names.forEach((name, step) => {
      say(name, classes[labels[step]]);
      name.className = step && labels[step] !== labels[step - 1] ? "changed" : "";
    });
    heads.forEach((pressed, step) => pressed.setAttribute("aria-pressed", String(step === at)));
  };
  return { table, count, show };
}

function sampleAt(samples, count, step) {
  const size = samples.length / count;
  return samples.slice(step * size, (step + 1) * size);
}

function changesOf(labels, classes, words) {
  const changes = labels.flatMap((label, step) =>
    (step && label !== labels[step - 1] ? [filled(words.change, { before: classes[labels[step - 1]], after: classes[label], step: step + 1 })] : []));
  return changes.length ? filled(words.changes, { changes: changes.join("; ") }) : filled(words.noChange, { label: classes[labels[0]] });
}

function ranged(words, attributes, changed) {
  const input = element("input", { type: "range", step: 1, ...attributes }), output = element("output", {}, String(attributes.value));
  const show = () => say(output, input.value);
  input.addEventListener("input", () => {
    show();
    changed();
  });
  return {
    label: element("label", { class: "slider" }, element("span", {}, words), input, output),
    value: () => input.valueAsNumber,
    set: (value) => {
      input.value = value;
      show();
    },
    limit: (most) => {
      input.max = most;
      show();
    },
  };
}
