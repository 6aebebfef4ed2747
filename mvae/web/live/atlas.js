// The tab of the map, while a pointer moves over it, a button leads to another place, or another start is chosen.

import { labelOf } from "../engine/labels.js";
import { filled, marked } from "../views/texts.js";
import { floats, PATIENCE } from "./ahead.js";
import { Decoded } from "./decoded.js";
import { LatentMap } from "./map.js";
import { chosenOf, pointOf } from "./widgets.js";

const maps = new Map(); // address -> a promise of a map

/** What it is told is that of mvae/ui/latent/atlas.py. */
export class Atlas extends Decoded {
  #told = null;
  #map = null; // once it is here
  #pointed = null; // a place to which the server has not answered
  #pressed = null; // what a button leads to, {place, since}, the place null for the start's; likewise

  /** Takes what the server says now, of a model at an address. */
  async hear(told, model) {
    if (this.#told?.model !== model) this.#map = null;
    this.#told = { ...told, model };
    const isThere = (place) => String(told.place) === String(place);
    if (isThere(this.#pointed)) this.#pointed = null;
    const { place, since } = this.#pressed ?? {};
    if (isThere(place ?? told.home) || performance.now() - since > PATIENCE) this.#pressed = null;
    if (!model || this.#map) return;
    const map = await mapOf(new URL(`${model}${told.file}`, document.baseURI).href, told.nearest);
    if (this.#told.model === model) this.#map = map;
  }

  /** Forgets what was pointed at: the map is gone. */
  leave() {
    [this.#pointed, this.#pressed] = [null, null];
  }

  /** Follows a pointer on the map; returns whether it does. */
  pointed(place) {
    if (!this.#map) return false;
    this.#pointed = String(place) === String(this.#told.place) ? null : place;
    this.#pressed = null;
    return true;
  }

  /** Takes note of what was clicked, once Streamlit has heard of it. */
  clicked(target) {
    const { toStart, toClass } = this.#told, picked = chosenOf(toClass.key);
    if (target.closest(`.st-key-${toStart} button`)) this.#press(null);
    else if (picked !== null && target.closest(`.st-key-${toClass.key}`)) this.#press(toClass.places[picked]);
  }

  #press(place) {
    this.#pressed = { place, since: performance.now() };
    this.#pointed = null;
  }

  isAhead() {
    const { told, now } = { told: this.#told, now: this.#now() };
    return now !== null && (now.start.mean !== told.start.mean || String(now.place) !== String(told.place));
  }

  async answer(engine) {
    const { place, start, ...rest } = this.#now(), map = this.#map;
    const { status, value } = await engine.ask("decode", { latents: map.latentAt(place) }, "map");
    return status === "done" ? { ...value, tab: this, ...rest, place, start, neighbours: map.neighbours(place) } : null;
  }

  /** What is wanted: {place, start, home, points: whether somebody does}; null while there is no map. */
  #now() {
    if (!this.#map) return null;
    const told = this.#told, start = pointOf(told.start, told.points), pressed = this.#pressed;
    const home = start.mean === told.start.mean ? told.home : onMap(this.#map.placeOf(floats(start.mean)));
    const atHome = pressed ? pressed.place === null : told.isHome;
    const place = this.#pointed ?? (atHome ? home : pressed?.place ?? told.place);
    return { place, start, home, points: this.#pointed !== null };
  }

  describe(answer) {
    const { place, start, home, points, probabilities, told: { classes } } = answer;
    const { texts, count, nearest } = this.#told, [x, y] = place;
    const alt = filled(texts.alt, { points: count, start: start.words, x, y, label: classes[labelOf(probabilities)] });
    tell({ start: home, alt, ...(points ? {} : { place }) }); // where somebody points, the map itself shows that
    return { ...super.describe(answer), legend: filled(marked(texts.legend), { start: start.words, nearest }) };
  }

  show(described) {
    super.show(described);
    const place = document.querySelector('.st-key-map-given [data-testid="stCaptionContainer"] > p:not(.mvae-live)');
    this.standIns.paragraph(place, described.legend);
  }

  release() {
    if (this.described !== null) tell(null);
    super.release();
  }
}

/** Tells the map (mvae/web/views/plane.js) what it shows until the server has answered. */
function tell(detail) {
  window.dispatchEvent(new CustomEvent("mvae-map-ahead", { detail }));
}

/** A place, as on_map of mvae/ui/latent/atlas.py. */
function onMap(place) {
  return place.map((each) => Math.round(1000 * Math.min(1, Math.max(0, each))) / 1000);
}

/** Returns a promise of a map, or of null if it cannot be had. */
function mapOf(address, nearest) {
  if (!maps.has(address)) {
    maps.set(address, fetch(address).then(async (answer) =>
      (answer.ok ? new LatentMap(await answer.arrayBuffer(), nearest) : null)).catch(() => null));
  }
  return maps.get(address);
}
