// What Streamlit's widgets say now, though the server may not have heard of it yet.

import { Ahead } from "./ahead.js";

const SAME = 0.25; // of a slider's step: what is as near as that to a value says it

/** Returns whether the switch of a key is on, or null where there is none. */
export function isOn(key) {
  return placeOf(key)?.querySelector('input[type="checkbox"]')?.checked ?? null;
}

/** Returns which option of the row of buttons of a key is chosen, the first is 0, or null where there is none. */
export function chosenOf(key) {
  const options = [...(placeOf(key)?.querySelectorAll('[role="radio"]') ?? [])];
  const place = options.findIndex((each) => each.getAttribute("aria-checked") === "true");
  return place < 0 ? null : place;
}

/** Returns what is chosen in the list of a key, in words, or null where there is none. */
export function wordsOf(key) {
  return placeOf(key)?.querySelector('input[role="combobox"]')?.getAttribute("value") ?? null;
}

/** Returns the one of points, by their names, that the list of a key says, or the one that was told where it is none. */
export function pointOf({ key, value, ...told }, points) {
  const now = wordsOf(key);
  return now === value ? told : points[now] ?? told; // while somebody types, it is anything
}

/** Returns the thumbs of the slider of a key, {value, lowest, step}: none where it is not there. */
export function thumbsOf(key) {
  return inputsOf(key, "range").map((input) => {
    // Its property is never the very end, for want of whole steps
    return { value: Number(input.getAttribute("value")), lowest: Number(input.min), step: Number(input.step) };
  });
}

/** Whether a thumb is elsewhere than at a value, or at the step that is nearest to that. */
export function isMoved({ value: now, lowest, step }, value) {
  const nearest = lowest + Math.round((value - lowest) / step) * step;
  return [value, nearest].every((each) => Math.abs(now - each) > SAME * step);
}

/** Returns the number in the field of a key, or null where there is none that the server would take. */
export function numberOf(key) {
  const [input] = inputsOf(key, "number");
  if (!input || input.value === "") return null;
  const value = Number(input.value);
  return value >= Number(input.min) && value <= Number(input.max) ? value : null;
}

/** A page that looks again whenever any of its widgets says something else, whoever moved it, and by whatever means. */
export class Watching extends Ahead {
  #watcher = new MutationObserver(() => this.update()); // once for all that changes at a time

  constructor(element, painter, say) {
    super(element, painter, say);
    this.#watcher.observe(document.querySelector('[data-testid="stMain"]') ?? document.body, {
      subtree: true, attributes: true, attributeFilter: ["value", "aria-checked", "data-selected"],
    });
  }

  stop() {
    this.#watcher.disconnect();
    super.stop();
  }
}

function inputsOf(key, type) {
  return [...(placeOf(key)?.querySelectorAll(`input[type="${type}"]`) ?? [])];
}

/** The element of a key, in whose class Streamlit writes what a name may not have as hyphens. */
function placeOf(key) {
  return document.querySelector(`.st-key-${key.trim().replace(/[^\w-]/g, "-")}`);
}
