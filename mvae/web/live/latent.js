// The page Latent space while a slider is dragged or a pointer moves over the map: what they say goes through the
// decoders in the page, and what the server has painted is painted anew, until its own answer to the same comes.

import { views } from "../views/views.js";
import { Ahead, floats } from "./ahead.js";
import { Decoded } from "./decoded.js";
import { constants } from "./engines.js";
import { LatentMap } from "./map.js";

const SAME = 1e-3; // of a slider's length: far less than one of its steps
const maps = new Map(); // address -> a promise of a map

/**
 * Makes the page live.
 *
 * @param {Element} element in the page
 * @returns {Promise<Live>}
 */
export async function live(element) {
  return new Live(element, await constants);
}

class Live extends Ahead {
  #map = null; // where the page shows one, and it is here
  #place = null; // on the map, where the server has not answered to it
  #ending = new AbortController();
  #sliders = new MutationObserver(() => this.update());

  constructor(element, constants) {
    super(element.getRootNode().host ?? element, new Decoded(views(constants.views)));
    // React sets the values of the hidden inputs, whoever moves a slider, and by whatever means.
    this.#sliders.observe(document.querySelector('[data-testid="stMain"]') ?? document.body, {
      subtree: true, attributes: true, attributeFilter: ["value"],
    });
    window.addEventListener("mvae-map", (event) => this.#pointed(event), { signal: this.#ending.signal });
  }

  /** Takes what the server says now: see mvae/ui/latent/live.py. */
  async hear(told) {
    if (!told.map || String(told.map.place) === String(this.#place)) this.#place = null;
    if (!told.map || told.model !== this.told?.model) this.#map = null;
    await super.hear(told);
    if (!told.map || !this.engine) return;
    const map = await mapOf(new URL(`${told.model}${told.map.file}`, document.baseURI).href, told.map.nearest);
    if (this.told.map && this.told.model === told.model) this.#map = map;
  }

  stop() {
    this.#ending.abort();
    this.#sliders.disconnect();
    this.#place = null;
    super.stop();
  }

  /** Follows on the map, and tells it so. */
  #pointed(event) {
    if (!this.#map || !this.engine) return;
    event.preventDefault();
    const { place } = event.detail;
    this.#place = String(place) === String(this.told.map.place) ? null : place;
    this.update();
  }

  isAhead() {
    return this.#place !== null || this.#moved() !== null;
  }

  async answer(engine) {
    const place = this.#place, latents = place === null ? this.#moved() : this.#map?.latentAt(place);
    if (!latents) return null;
    const { status, value } = await engine.ask("decode", { latents }, place === null ? "sliders" : "map");
    return status === "done" ? { ...value, neighbours: place === null ? undefined : this.#map?.neighbours(place) } : null;
  }

  /** The latent that the sliders say, or null where it is the server's, too. */
  #moved() {
    const { sliders } = this.told ?? {};
    if (!sliders) return null;
    const latent = floats(sliders.mean);
    let moved = false;
    for (const { key, dimension, value } of sliders.shown) {
      const input = document.querySelector(`.st-key-${CSS.escape(key)} input[type="range"]`);
      if (!input) return null; // other sliders are on their way
      const now = Number(input.getAttribute("value")); // its property is never the very end, for want of whole steps
      latent[dimension] = now;
      moved ||= Math.abs(now - value) > SAME * (input.max - input.min);
    }
    return moved ? latent : null;
  }
}

/** Returns a promise of a map, or of null if it cannot be had. */
function mapOf(address, nearest) {
  if (!maps.has(address)) {
    maps.set(address, fetch(address).then(async (answer) =>
      (answer.ok ? new LatentMap(await answer.arrayBuffer(), nearest) : null)).catch(() => null));
  }
  return maps.get(address);
}
