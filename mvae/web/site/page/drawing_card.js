// A drawing: a canvas, and examples to copy or to trace over.

import { drawingCanvas, strokesIcon } from "./canvas.js";
import { element, filled, say } from "./dom.js";
import { exampleButtons } from "./example_buttons.js";
import { hasTemplates } from "./examples.js";
import { lookOf } from "./looks.js";

/** Returns {body, buttons, show}. */
export function drawingInput(app, modality) {
  const { state, site, views } = app, { texts } = site, { name, title } = modality;
  const slot = state.slots[name];
  const strokes = () => slot.content?.strokes ?? [];
  const { canvas, show } = drawingCanvas(filled(texts.canvas, { title }), lookOf(app, name).colour, {
    strokes,
    begin: (all) => state.put(name, { strokes: all }),
    grow: () => state.grown(name),
  });
  const words = element("span", { class: "cover", "aria-hidden": "true" });
  const templates = hasTemplates(app, name);
  const icon = templates ? (label) => strokesIcon(site.templates[name][label]) : null;
  const guide = element("div", { class: "guide" });
  const trace = templates ? guidePicker(app, modality, guide) : null;
  const body = element(
    "div",
    { class: "drawing-input" },
    element("div", { class: "paper-place" }, canvas, guide, words),
    exampleButtons(app, modality, templates ? texts.copyOne : texts.letDraw, icon),
  );
  return {
    body,
    buttons: trace ? [trace] : [],
    show: () => {
      show(strokes());
      if (slot.content?.values) {
        const place = element("canvas");
        views.toCanvas(views.samplePicture(modality, slot.content.values, null, { scale: 4 }), place);
        canvas.getContext("2d").drawImage(place, 0, 0, canvas.width, canvas.height);
      }
      say(words, slot.prepared === null && !guide.firstChild ? texts.drawHere : slot.present ? "" : texts.missing);
    },
  };
}

/** A choice of a class to trace over, which the model does not see; to choose one clears the canvas. */
function guidePicker({ state, site }, { name, title }, guide) {
  const { texts } = site, { classes } = state.manifest;
  const options = [["", texts.trace], ...classes.map((label, i) => [String(i), `${texts.trace} ${label}`])];
  const picker = element(
    "select", { id: `trace-${name}`, class: "button", "aria-label": `${title}: ${texts.traceHow}`, title: texts.traceHow },
    options.map(([value, text]) => element("option", { value }, text)),
  );
  picker.addEventListener("change", () => {
    guide.replaceChildren(...(picker.value === "" ? [] : [strokesIcon(site.templates[name][picker.value])]));
    if (picker.value !== "" && state.slots[name].content !== null) state.put(name, null);
    else state.changed();
  });
  return picker;
}
