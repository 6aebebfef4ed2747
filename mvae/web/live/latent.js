// The page Latent space while a slider is dragged, a number is changed or a pointer moves over the map: what they say
// goes through the decoders in the page, and what the server has painted is painted anew, until its own answer to the
// same comes. This is the tabs of the sliders and of the map; the others are walk.js and line.js.

import { views } from "../views/views.js";
import { floats } from "./ahead.js";
import { Decoded } from "./decoded.js";
import { constants } from "./engines.js";
import { Line } from "./line.js";
import { LatentMap } from "./map.js";
import { Walk } from "./walk.js";
import { isMoved, thumbsOf, Watching } from "./widgets.js";

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

class Live extends Watching {
  #map = null; // where the page shows one, and it is here
  #place = null; // on the map, where the server has not answered to it
  #tabs; // name, as the server says it -> tab
  #ending = new AbortController();

  constructor(element, constants) {
    const look = views(constants.views), decoded = new Decoded(look), tabs = { walk: new Walk(look), line: new Line(look) };
    super(element.getRootNode().host ?? element, {
      paint: (answer) => (answer.tab ?? decoded).paint(answer),
      release: () => [decoded, ...Object.values(tabs)].forEach((each) => each.release()),
    });
    this.#tabs = tabs;
    const { signal } = this.#ending;
    window.addEventListener("mvae-map", (event) => this.#pointed(event), { signal });
    // What is typed is in no attribute; React has heard of all by the next frame.
    for (const kind of ["input", "click", "keyup"]) {
      window.addEventListener(kind, () => requestAnimationFrame(() => this.#tab && this.update()), { signal });
    }
  }

  /** The tab that is open, if it is one of those that know for themselves whether they are ahead. */
  get #tab() {
    return Object.entries(this.#tabs).find(([name]) => this.told?.[name])?.[1];
  }

  /** Takes what the server says now: see mvae/ui/latent/live.py. */
  async hear(told) {
    if (!told.map || String(told.map.place) === String(this.#place)) this.#place = null;
    if (!told.map || told.model !== this.told?.model) this.#map = null;
    for (const [name, tab] of Object.entries(this.#tabs)) if (told[name]) tab.hear(told[name]);
    await super.hear(told);
    if (!told.map || !this.engine) return;
    const map = await mapOf(new URL(`${told.model}${told.map.file}`, document.baseURI).href, told.map.nearest);
    if (this.told.map && this.told.model === told.model) this.#map = map;
  }

  stop() {
    this.#ending.abort();
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
    return this.#tab ? this.#tab.isAhead() : this.#place !== null || this.#moved() !== null;
  }

  async answer(engine) {
    if (this.#tab) return this.#tab.answer(engine);
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
      const [thumb] = thumbsOf(key);
      if (!thumb) return null; // other sliders are on their way
      latent[dimension] = thumb.value;
      moved ||= isMoved(thumb, value);
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
