// What a person has set of what is imagined, and the server has not answered to: which modalities are switched on, whether
// a sample or the mean is shown, and which sample. What the widgets say is heard before Streamlit hears it.

import { PATIENCE } from "./ahead.js";

const PRESENT = "present-"; // and the name of a modality; mvae/ui/keys.py

export class Settings {
  #told = null;
  #wanted = new Map(); // "kind", "seed", or "present-NAME" -> {value, since}
  #ending = new AbortController();
  #page;
  #say;

  /**
   * @param {Ahead} page updated after each change
   * @param {(name: string, value: object) => void} say tells the server a value of the component's state
   */
  constructor(page, say) {
    this.#page = page;
    this.#say = say;
    for (const type of ["click", "keyup"]) {
      document.addEventListener(type, (event) => this.#used(event), { capture: true, signal: this.#ending.signal });
    }
  }

  /** Takes what the server says now. */
  hear(told) {
    this.#told = told;
    for (const [name, { value, since }] of this.#wanted) {
      if (said(told, name) === value || performance.now() - since > PATIENCE) this.#wanted.delete(name);
    }
  }

  stop() {
    this.#ending.abort();
    this.#wanted.clear();
  }

  isAhead() {
    return this.#wanted.size > 0;
  }

  /** What is shown as imagined: "sample" or "mean". */
  get kind() {
    return this.#get("kind");
  }

  /** Of the sample. */
  get seed() {
    return this.#get("seed");
  }

  /** Whether a modality is switched on: by its switch, else by what was drawn or said since, else as the server says. */
  isPresent(name, isGiven) {
    return this.#wanted.get(PRESENT + name)?.value ?? (isGiven || said(this.#told, PRESENT + name));
  }

  /** Forgets a switch: what is given later switches its modality on. */
  given(name) {
    this.#wanted.delete(PRESENT + name);
  }

  #get(name) {
    return this.#wanted.get(name)?.value ?? said(this.#told, name);
  }

  #want(name, value) {
    this.#wanted.set(name, { value, since: performance.now() });
    this.#page.update();
  }

  #used(event) {
    const { target, type } = event;
    if (!this.#told || !target.closest) return;
    const widget = target.closest(`[class*="st-key-${PRESENT}"], .st-key-imagination_picker`);
    if (widget) setTimeout(() => this.#look(widget)); // once Streamlit has heard of it, too
    if (type !== "click" || !target.closest(".st-key-imagine-again button") || !this.#page.engine) return;
    event.stopPropagation(); // of two clicks that come at once, Streamlit hears one
    const seed = this.seed + 1;
    this.#say("draw", { seed, at: Date.now() }); // no two are the same
    this.#want("seed", seed);
  }

  /** Takes what a widget says. */
  #look(widget) {
    const { name, value } = widget.matches(".st-key-imagination_picker") ? this.#kindOf(widget) : switchOf(widget);
    if (value !== undefined && value !== this.#get(name)) this.#want(name, value);
  }

  #kindOf(picker) {
    const options = [...picker.querySelectorAll('[role="radio"]')];
    return { name: "kind", value: this.#told.kinds[options.findIndex((each) => each.ariaChecked === "true")] };
  }
}

function switchOf(widget) {
  const key = [...widget.classList].find((each) => each.startsWith(`st-key-${PRESENT}`));
  return { name: key?.slice("st-key-".length), value: widget.querySelector("input")?.checked };
}

/** What the server says of a setting. */
function said(told, name) {
  return name.startsWith(PRESENT) ? told.present.includes(name.slice(PRESENT.length)) : told[name];
}
