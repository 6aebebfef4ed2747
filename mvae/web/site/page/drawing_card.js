// A drawing: a canvas, and examples to copy.

import { drawingCanvas, strokesIcon } from "./canvas.js";
import { element, filled, say } from "./dom.js";
import { exampleButtons } from "./example_buttons.js";
import { hasTemplates } from "./examples.js";

/** Returns {body, show}. */
export function drawingInput(app, modality) {
  const { state, site, views } = app, { texts } = site, { name, title } = modality;
  const slot = state.slots[name];
  const strokes = () => slot.content?.strokes ?? [];
  const { canvas, show } = drawingCanvas(filled(texts.canvas, { title }), {
    strokes,
    begin: (all) => state.put(name, { strokes: all }),
    grow: () => state.grown(name),
  });
  const words = element("span", { class: "cover", "aria-hidden": "true" });
  const templates = hasTemplates(app, name);
  const icon = templates ? (label) => strokesIcon(site.templates[name][label]) : null;
  const body = element(
    "div",
    { class: "drawing-input" },
    element("div", { class: "paper-place" }, canvas, words),
    exampleButtons(app, modality, templates ? texts.copyOne : texts.letDraw, icon),
  );
  return {
    body,
    show: () => {
      show(strokes());
      if (slot.content?.values) {
        const place = element("canvas");
        views.toCanvas(views.samplePicture(modality, slot.content.values, null, { scale: 4 }), place);
        canvas.getContext("2d").drawImage(place, 0, 0, canvas.width, canvas.height);
      }
      say(words, slot.prepared === null ? texts.drawHere : slot.present ? "" : texts.missing);
    },
  };
}
