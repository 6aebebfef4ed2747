// What Streamlit's inputs say now, though the server may not have heard of it yet.

const SAME = 1e-3; // of a slider's length: far less than one of its steps

/** Returns the thumbs of the slider of a key, {value, length}: none where it is not there. */
export function thumbsOf(key) {
  return inputsOf(key, "range").map((input) => {
    // Its property is never the very end, for want of whole steps
    return { value: Number(input.getAttribute("value")), length: input.max - input.min };
  });
}

/** Whether a thumb is elsewhere than at a value. */
export function isMoved({ value: now, length }, value) {
  return Math.abs(now - value) > SAME * length;
}

/** Returns the number in the field of a key, or null where there is none that the server would take. */
export function numberOf(key) {
  const [input] = inputsOf(key, "number");
  if (!input || input.value === "") return null;
  const value = Number(input.value);
  return value >= Number(input.min) && value <= Number(input.max) ? value : null;
}

/** Returns the one of points, by their names, that the list of a key says, or the one that was told where it is none. */
export function pointOf({ key, value, ...told }, points) {
  const now = document.querySelector(`${placeOf(key)} input[role="combobox"]`)?.getAttribute("value");
  return now === value ? told : points[now] ?? told; // while somebody types, it is anything
}

function inputsOf(key, type) {
  return [...document.querySelectorAll(`${placeOf(key)} input[type="${type}"]`)];
}

/** The class of a key, in which Streamlit writes what a name may not have as hyphens. */
function placeOf(key) {
  return `.st-key-${key.trim().replace(/[^\w-]/g, "-")}`;
}
