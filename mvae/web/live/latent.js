// The page Latent space while a slider is dragged, a number is changed, a button is pressed or a pointer moves over the
// map: what they say goes through the decoders in the page, and what the server has painted is painted anew, until its
// own answer to the same comes. Each tab has a module of its own.

import { views } from "../views/views.js";
import { Atlas } from "./atlas.js";
import { constants } from "./engines.js";
import { Line } from "./line.js";
import { Sliders } from "./sliders.js";
import { Walk } from "./walk.js";
import { Watching } from "./widgets.js";

/**
 * Makes the page live.
 *
 * @param {Element} element in the page
 * @param {(name: string, value: object) => void} say tells the server a value of the component's state
 * @returns {Promise<Live>}
 */
export async function live(element, say) {
  return new Live(element, say, await constants);
}

class Live extends Watching {
  #tabs; // name, as the server says it -> tab
  #ending = new AbortController();

  constructor(element, say, constants) {
    const look = views(constants.views);
    const tabs = { sliders: new Sliders(look), walk: new Walk(look), line: new Line(look), map: new Atlas(look) };
    super(element.getRootNode().host ?? element, {
      paint: (answer) => answer.tab.paint(answer),
      release: () => Object.values(tabs).forEach((each) => each.release()),
    }, say);
    this.#tabs = tabs;
    const { signal } = this.#ending;
    window.addEventListener("mvae-map", (event) => this.#pointed(event), { signal });
    // What is typed is in no attribute; React has heard of all by the next frame, and lets not all clicks through.
    for (const kind of ["input", "click", "keyup"]) {
      const used = ({ type, target }) => requestAnimationFrame(() => this.#used(type, target));
      window.addEventListener(kind, used, { signal, capture: true });
    }
  }

  /** The tab that is open. */
  get #tab() {
    return Object.entries(this.#tabs).find(([name]) => this.told?.[name])?.[1];
  }

  /** Takes what the server says now: see mvae/ui/latent/live.py. */
  async hear(told) {
    if (!told.map) this.#tabs.map.leave();
    for (const [name, tab] of Object.entries(this.#tabs)) if (told[name]) tab.hear(told[name], told.model);
    await super.hear(told);
  }

  stop() {
    this.#ending.abort();
    this.#tabs.map.leave();
    super.stop();
  }

  /** Lets the map follow a pointer, and tells it so. */
  #pointed(event) {
    if (!this.told?.map || !this.engine || !this.#tabs.map.pointed(event.detail.place)) return;
    event.preventDefault();
    this.update();
  }

  #used(type, target) {
    if (!this.#tab) return;
    if (type === "click" && this.engine) this.#tab.clicked?.(target);
    this.update();
  }

  isAhead() {
    return this.#tab?.isAhead() ?? false;
  }

  async answer(engine) {
    return this.#tab.answer(engine);
  }
}
