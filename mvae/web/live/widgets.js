// What Streamlit's switches, choices and lists say now, though the server may not have heard of it yet.

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

/** Calls a function whenever any widget of the page says something else, whoever moved it, and by whatever means. */
export class Watch {
  #watcher;

  /** @param {() => void} changed called once for all that changes at a time */
  constructor(changed) {
    this.#watcher = new MutationObserver(changed);
    this.#watcher.observe(document.querySelector('[data-testid="stMain"]') ?? document.body, {
      subtree: true, attributes: true, attributeFilter: ["value", "aria-checked", "data-selected"],
    });
  }

  stop() {
    this.#watcher.disconnect();
  }
}

function placeOf(key) {
  return document.querySelector(`.st-key-${CSS.escape(key)}`);
}
