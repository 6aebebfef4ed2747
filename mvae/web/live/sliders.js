// The tab of the sliders, while one is dragged, all are reset, more or fewer are shown, or another start is chosen.

import { floats, PATIENCE } from "./ahead.js";
import { Decoded } from "./decoded.js";
import { Stood } from "./stood.js";
import { chosenOf, isMoved, pointOf, thumbsOf } from "./widgets.js";

/** What it is told is that of mvae/ui/latent/sliders.py. */
export class Sliders extends Decoded {
  #told = null;
  #reset = null; // {count, since}, where the server has not answered to it
  #stood = new Stood();

  /** Takes what the server says now. */
  hear(told) {
    this.#told = told;
    const { count, since } = this.#reset ?? {};
    if (told.reset.count >= count || performance.now() - since > PATIENCE) this.#reset = null;
  }

  /** Takes note of what was clicked. */
  clicked(target) {
    const { reset, sliders } = this.#told;
    if (!target.closest(`.st-key-${reset.key} button`)) return;
    this.#reset = { count: reset.count + 1, since: performance.now() };
    this.#stood.take(sliders.map(({ key }) => [key, thumbsOf(key)[0]?.value]));
  }

  isAhead() {
    return this.#latent() !== null;
  }

  async answer(engine) {
    const { status, value } = await engine.ask("decode", { latents: this.#latent() }, "sliders");
    return status === "done" ? { ...value, tab: this } : null;
  }

  /** The latent that the widgets say, or null where it is the server's, too. */
  #latent() {
    const { start, points, count, sliders } = this.#told, isReset = this.#reset !== null;
    const now = pointOf(start, points);
    if (now.mean !== start.mean) return floats(now.latent); // its sliders are on their way
    const shown = count.among[chosenOf(count.key)] ?? count.value, latent = floats(start.mean);
    let moved = isReset || shown !== count.value;
    for (const [place, { key, dimension, value }] of sliders.slice(0, shown).entries()) {
      const [thumb] = thumbsOf(key);
      if (!thumb && place < count.value) return null; // other sliders are on their way
      const said = thumb && !this.#stood.has(key, thumb.value) && (isReset || isMoved(thumb, value));
      if (said) latent[dimension] = thumb.value;
      else if (!isReset) latent[dimension] = value;
      moved ||= said;
    }
    return moved ? latent : null;
  }
}
