// A vector: a field for each value, or one for all where they are many.

import { element, filled } from "./dom.js";
import { exampleButtons } from "./example_buttons.js";

const MOST_FIELDS = 16;
const FARTHEST = 1e6; // of a value, as mvae/modalities/kinds.py

/** Returns {body, show}. */
export function numbersInput(app, modality) {
  const { state, site } = app, { texts } = site, { name } = modality;
  const slot = state.slots[name], count = modality.shape[0];
  const [low, high] = modality.likelihood === "bernoulli" ? [0, 1] : [-FARTHEST, FARTHEST];
  let shown; // the content that the fields show

  const take = (typed) => {
    const numbers = typed.map(Number);
    if (typed.length !== count || !numbers.every(Number.isFinite)) {
      state.complain(name, filled(texts.noNumbers, { count }));
    } else if (!numbers.every((each) => each >= low && each <= high)) {
      state.complain(name, filled(texts.numberRange, { low: low.toLocaleString("en"), high: high.toLocaleString("en") }));
    } else {
      shown = { values: Float32Array.from(numbers) };
      state.put(name, shown);
    }
  };
  const fields = count <= MOST_FIELDS ? eachField(modality, texts, take) : oneField(modality, texts, take, count);
  return {
    body: element("div", { class: "numbers-input" }, exampleButtons(app, modality, texts.typical), fields.place),
    show: () => {
      if (shown === slot.content) return;
      shown = slot.content;
      fields.show(shown === null ? null : Array.from(shown.values, (each) => String(Number(each.toPrecision(6)))));
    },
  };
}

function eachField({ name, shape, value_names: names }, texts, take) {
  const inputs = Array.from({ length: shape[0] }, () => element("input", { type: "number", step: "any" }));
  const labels = inputs.map((input, i) =>
    element("label", { class: "field" }, names[i] ?? filled(texts.value, { place: i + 1 }), input),
  );
  for (const input of inputs) {
    input.addEventListener("input", () => {
      const typed = inputs.map(({ value }) => value);
      if (!typed.includes("")) take(typed); // the vector is given once all are filled
    });
  }
  const show = (values) => inputs.forEach((input, i) => { input.value = values?.[i] ?? ""; });
  return { place: element("div", { class: "fields", id: `numbers-${name}` }, labels), show };
}

function oneField({ name }, texts, take, count) {
  const input = element("textarea", { rows: 5, id: `numbers-${name}` });
  input.addEventListener("change", () => take(input.value.split(/[\s,]+/).filter(Boolean)));
  const place = element("label", { class: "field" }, filled(texts.allValues, { count }), input);
  return { place, show: (values) => { input.value = values?.join(", ") ?? ""; } };
}
