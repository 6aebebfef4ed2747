// What the decoders make of one latent: a picture of each modality, and the label.

import { labelOf } from "../engine/labels.js";
import { element, filled } from "./dom.js";
import { labelCard, paint, pictureCanvas } from "./outputs.js";
import { listenButton } from "./sounds.js";

/** Returns {body, show({outputs, probabilities})}, which returns the name of the label. */
export function decodedPart(app) {
  const { state } = app, { classes } = state.manifest, label = labelCard(app);
  const parts = state.modalities.map((modality) => decodedFigure(app, modality));
  return {
    body: element("div", { class: "decoded" }, element("div", { class: "figures" }, parts.map(({ figure }) => figure)), label.card),
    show: ({ outputs, probabilities }) => {
      const name = classes[labelOf(probabilities)];
      for (const part of parts) part.show(outputs, name);
      label.show(probabilities);
      return name;
    },
  };
}

function decodedFigure(app, modality) {
  const { texts } = app.site, { name, title } = modality;
  const canvas = pictureCanvas(modality);
  let latest = null;
  const listen = modality.kind === "sound" ? listenButton(app, title, () => latest) : null;
  return {
    figure: element("figure", { class: `card ${modality.kind}` }, canvas, element("figcaption", {}, title), listen),
    show: (made, label) => {
      latest = made[name];
      paint(app, canvas, modality, latest, filled(texts.alt.decoded, { title, label }), { scale: 6, cell: [10, 13] });
    },
  };
}
