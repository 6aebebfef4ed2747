// The experts' Gaussians in a plane while a modality is switched or another plane is chosen: the product, the ellipses and
// the shares follow, until the server's own answer to the same comes. The experts are those that the server told.

import { product, shares } from "../engine/gaussian.js";
import { filled, marked } from "../views/texts.js";
import { views } from "../views/views.js";
import { floats } from "./ahead.js";
import { constants } from "./engines.js";
import { Over } from "./over.js";
import { chosenOf, isOn, Watching } from "./widgets.js";

/**
 * Makes the tab live.
 *
 * @param {Element} element in the page
 * @param {(name: string, value: object) => void} say tells the server a value of the component's state
 * @returns {Promise<Live>}
 */
export async function live(element, say) {
  return new Live(element, say, await constants);
}

class Live extends Watching {
  constructor(element, say, constants) {
    super(element.getRootNode().host ?? element, new Painter(views(constants.views)), say);
  }

  isAhead() {
    const wanted = this.#wanted();
    return wanted !== null && (wanted.chosen !== this.told.chosen || String(wanted.given) !== String(this.told.given));
  }

  async answer() {
    return this.#wanted();
  }

  /** What the widgets say: {given, chosen}, or null while they are on their way. */
  #wanted() {
    if (!this.told) return null;
    const { switches, planes } = this.told, on = Object.entries(switches).map(([name, { key }]) => [name, isOn(key)]);
    const chosen = Object.keys(planes)[chosenOf("experts-plane")];
    if (chosen === undefined || on.some(([, each]) => each === null)) return null;
    return { chosen, given: on.filter(([, each]) => each).map(([name]) => name) };
  }
}

/** Paints the tab (mvae/ui/experts/plane.py) anew in place. */
class Painter extends Over {
  describe({ told, given, chosen }) {
    const { experts, texts, planes, titles } = told, plane = planes[chosen];
    const gaussians = Object.fromEntries(Object.entries(experts).map(([name, parts]) => [name, gaussianOf(parts)]));
    const names = ["prior", ...given], factors = names.map((name) => gaussians[name]), parts = shares(factors);
    const shapes = shapesOf(told, given, plane, { ...gaussians, product: product(factors) });
    window.dispatchEvent(new CustomEvent("mvae-ellipses", {
      detail: { shapes, bounds: plane.bounds, titles: plane.titles, alt: described(shapes, texts) },
    }));
    return {
      bars: this.views.sharesBars(Object.fromEntries(names.map((name, at) => [name, parts[at]])), titles),
      explained: marked(plane.explained),
      given: given.length > 0,
      switches: Object.entries(told.switches).map(([name, { key, words }]) => [key, words[Number(given.includes(name))]]),
    };
  }

  release() {
    if (this.described !== null) window.dispatchEvent(new CustomEvent("mvae-ellipses", { detail: null }));
    super.release();
  }

  show({ bars, explained, given, switches }) {
    const { kept } = this;
    const place = document.querySelector(".st-key-experts-plane-said");
    const drawn = place?.querySelector(".stHtml");
    if (drawn) kept.html(drawn, bars);
    this.standIns.paragraph(place?.querySelector('[data-testid="stCaptionContainer"] > p'), explained);
    const alone = place?.querySelector('[data-testid="stAlert"]');
    if (alone && given) kept.attribute(alone, "hidden", "");
    for (const [key, words] of switches) {
      const label = document.querySelector(`.st-key-${CSS.escape(key)}`);
      kept.text(label?.querySelector("p"), words);
      const input = label?.querySelector("input");
      if (input) kept.attribute(input, "aria-label", words);
    }
  }
}

/** As mvae/ui/experts/plane.py: the prior, each expert and, last, the product of those that are given. */
function shapesOf({ names, looks, texts }, given, plane, gaussians) {
  const { origin, unit, axes } = { ...plane, origin: floats(plane.origin), unit: floats(plane.unit), axes: floats(plane.axes) };
  const all = { ...names, product: texts.product };
  return Object.entries(gaussians).map(([expert, gaussian]) => {
    const faint = !["prior", "product", ...given].includes(expert);
    const name = faint ? filled(texts.off, { name: all[expert] }) : all[expert];
    return { expert, name, look: looks[expert], faint, ...projected(gaussian, origin, unit, axes) };
  });
}

/** The marginal of a Gaussian in a plane: mean (2,) and covariance (2, 2). */
function projected({ mean, precision }, origin, unit, axes) {
  const size = origin.length, place = [0, 0], covariance = [[0, 0], [0, 0]];
  for (let at = 0; at < size; at++) {
    const away = (mean[at] - origin[at]) / unit[at], variance = 1 / (precision[at] * unit[at] * unit[at]);
    const [first, second] = [axes[at], axes[size + at]];
    place[0] += first * away;
    place[1] += second * away;
    covariance[0][0] += first * first * variance;
    covariance[0][1] += first * second * variance;
    covariance[1][1] += second * second * variance;
  }
  covariance[1][0] = covariance[0][1];
  return { mean: place, covariance };
}

function described(shapes, texts) {
  const places = shapes.map(({ name, mean: [x, y], covariance: [[wide], [, high]] }) =>
    filled(texts.place, { name, x, y, wide: Math.sqrt(wide), high: Math.sqrt(high) }));
  return filled(texts.alt, { places: places.join("; ") });
}

function gaussianOf([mean, variance]) {
  return { mean: floats(mean), precision: floats(variance).map((each) => 1 / each) };
}
