// Elements and sentences.

/** Makes an element; attributes that are null are left out, and children may be texts. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  made.append(...children.flat().filter((child) => child !== null));
  return made;
}

/** Fills in a sentence: filled("{a} of {b}", {a: 1, b: 2}). */
export function filled(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

/** Gives an element a text; what says it already is left alone, so that nothing is laid out anew. */
export function say(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** What a person reads of each modality, short: {name: title}. */
export function titlesOf(modalities) {
  return Object.fromEntries(modalities.map(({ name, short, title }) => [name, short || title]));
}

const written = new WeakMap(); // element -> the HTML that it has

/** Gives an element HTML of this site's own; what has it already is left alone. */
export function write(place, html) {
  if (written.get(place) === html) return;
  written.set(place, html);
  place.innerHTML = html;
}

/** A row of buttons of which one is chosen; `choose` gets its value. Returns {row, show(value)}. */
export function choice(name, options, choose, label = name) {
  const group = `choice-${name.replace(/\W+/g, "-")}`;
  const inputs = new Map();
  const row = element("fieldset", { class: "choice" }, element("legend", { class: "unseen" }, label));
  for (const [value, text] of options) {
    const input = element("input", { type: "radio", name: group, value });
    input.addEventListener("change", () => choose(value));
    inputs.set(value, input);
    row.append(element("label", {}, input, element("span", {}, text)));
  }
  return {
    row,
    show: (value) => {
      for (const [each, input] of inputs) input.checked = each === value;
    },
  };
}

/** A button with words; `press` is called when it is pressed. */
export function button(words, press, attributes = {}) {
  const made = element("button", { type: "button", class: "button", ...attributes }, words);
  made.addEventListener("click", press);
  return made;
}

/** Calls `work` once before the next paint, however often it is asked for. */
export function beforePaint(work) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      work();
    });
  };
}
