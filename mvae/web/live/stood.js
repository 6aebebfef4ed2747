// Widgets that move only when the server answers to a button: until then, what they say is not what is wanted.

import { PATIENCE } from "./ahead.js";

export class Stood {
  #values = new Map(); // name of a widget -> what it said when the button was pressed
  #since = 0;

  /** Takes note of what widgets say as a button is pressed: [name, number]. */
  take(entries) {
    this.#values = new Map(entries);
    this.#since = performance.now();
  }

  /** Whether a widget still says what it said then; once it says anything else, or too long after, it counts again. */
  has(name, value) {
    const stands = this.#values.get(name) === value && performance.now() - this.#since < PATIENCE;
    if (!stands) this.#values.delete(name);
    return stands;
  }
}
