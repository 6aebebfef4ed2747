// Changes to elements that belong to Streamlit. What it had put there is kept, and put there again by `restore`: it
// writes only what differs from what it wrote last, and would let stand what is ours.

import { rewrite } from "./rewrite.js";

export class Kept {
  #values = new Map(); // node -> name of its attribute, or "data" of a text -> {theirs, ours}
  #insides = new Map(); // element -> {theirs, ours, first}: HTML, and the first node that it became

  /** Sets an attribute of an element. */
  attribute(element, name, value) {
    this.#set(element, name, value);
  }

  /** Sets the text of an element that has nothing else in it. */
  text(element, value) {
    if (element?.firstChild?.nodeType === Node.TEXT_NODE) this.#set(element.firstChild, "data", value);
  }

  /** Sets all that is in an element; what it then becomes by other means stays until the HTML is another. */
  html(element, value) {
    const last = this.#insides.get(element), stands = last && last.first === element.firstChild;
    if (stands && last.ours === value) return;
    const theirs = stands ? last.theirs : element.innerHTML;
    rewrite(element, value);
    this.#insides.set(element, { theirs, ours: value, first: element.firstChild });
  }

  /** Takes note of what Streamlit has changed: mutation records, with none of our own changes among them. */
  noticed(records) {
    for (const { type, target, attributeName } of records) {
      const name = type === "characterData" ? "data" : attributeName, value = this.#values.get(target)?.get(name);
      if (value) value.theirs = read(target, name);
    }
  }

  /** Puts there again what Streamlit had put there. */
  restore() {
    for (const [node, values] of this.#values) {
      for (const [name, { theirs }] of values) write(node, name, theirs);
    }
    for (const [element, { theirs, first }] of this.#insides) {
      if (element.firstChild === first) element.innerHTML = theirs;
    }
    this.#values.clear();
    this.#insides.clear();
  }

  #set(node, name, ours) {
    if (!this.#values.has(node)) this.#values.set(node, new Map());
    const values = this.#values.get(node);
    if (!values.has(name)) values.set(name, { theirs: read(node, name) });
    write(node, name, ours);
  }
}

const read = (node, name) => (name === "data" ? node.data : node.getAttribute(name));

function write(node, name, value) {
  if (read(node, name) === value) return;
  if (name === "data") node.data = value;
  else if (value === null) node.removeAttribute(name);
  else node.setAttribute(name, value);
}
