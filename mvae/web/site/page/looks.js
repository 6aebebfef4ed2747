// How a modality looks, as the app says: its colour, and its sign beside its name.

import { element } from "./dom.js";

/** Returns {colour, sign} of a modality. */
export function lookOf({ state, site }, name) {
  const { looks } = site.views.bars, place = state.modalities.findIndex((each) => each.name === name);
  return looks[place % looks.length];
}

/** Returns what gives an element, and what is in it, a modality's colour: the value of its style. */
export function colouredBy(look) {
  return `--colour: ${look.colour}`;
}

/** Returns a modality's sign, which nobody hears; its name stands behind it. */
export function signOf(look) {
  return element("em", { class: "sign", style: `color: ${look.colour}`, "aria-hidden": "true" }, look.sign);
}
