// An input that is spoilt, while its strength is dragged: the page spoils it as the server does, and the picture, the
// shares and what is said of them follow, until the server's own answer to the same comes.

import { preprocessing } from "../preprocess/preprocessing.js";
import { filled, marked } from "../views/texts.js";
import { views } from "../views/views.js";
import { bytes, floats } from "./ahead.js";
import { constants, knowing } from "./engines.js";
import { figure, frame } from "./figures.js";
import { valuesOf } from "./once.js";
import { Over } from "./over.js";
import { chosenOf, isMoved, thumbsOf, Watching } from "./widgets.js";

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
  #prepare;
  #sound = null; // what is spoilt, if it is one: {waveform, rate}, and its bytes in base64
  #unspoilt = null; // {input, shares} at no strength, and of what they are

  constructor(element, say, constants) {
    super(element.getRootNode().host ?? element, new Painter(views(constants.views)), say);
    this.#prepare = preprocessing(constants.preprocessing);
  }

  isAhead() {
    return this.#moved() !== null;
  }

  async answer(engine) {
    const strength = this.#moved(), { spoilt: { name }, how: { name: way }, given } = this.told;
    const values = await valuesOf(given), modality = engine.manifest.modalities.find((each) => each.name === name);
    const after = this.#spoilt(modality, way, values, strength / 100);
    const others = Object.fromEntries(Object.entries(values.inputs).map(([each, input]) => [each, floats(input)]));
    const sharesOf = (value) => shares(engine, { ...others, [name]: value });
    const of = `${given} ${name} ${way}`;
    if (this.#unspoilt?.of !== of || this.#unspoilt.engine !== engine) {
      const input = this.#spoilt(modality, way, values, 0)?.value, parts = input && (await sharesOf(input));
      if (!parts) return null;
      this.#unspoilt = { of, engine, input, shares: parts };
    }
    const { input: before, shares: first } = this.#unspoilt, last = after && (await sharesOf(after.value));
    return last && { name, strength, before, after, first, last, strange: await this.#strangeness(engine, name, after.value) };
  }

  /** A promise of how unlike the training data a version is: above 1, the app warns of an input like it. */
  async #strangeness(engine, name, values) {
    const { familiarity, model } = this.told;
    if (!values || !familiarity) return 0;
    await knowing(engine, model + familiarity);
    const { status, value } = await engine.ask("scores", { [name]: values });
    return status === "done" ? value[name] ?? 0 : 0;
  }

  /** The strength that the slider says, in per cent, or null where it is the server's, or something else has changed. */
  #moved() {
    const { spoilt, how, strength } = this.told ?? {}, [thumb] = strength ? thumbsOf(strength.key) : [];
    const same = ({ key, name, among }) => chosenOf(key) === among.indexOf(name);
    return thumb && same(spoilt) && same(how) && isMoved(thumb, strength.value) ? thumb.value : null;
  }

  /** What the model is given of an input that is spoilt, {value} or {refused}, or null where only the server can say. */
  #spoilt(modality, way, { inputs, sound }, share) {
    const { kind, name, shape } = modality;
    if (kind !== "sound") return this.#prepare.spoilt(kind, way, floats(inputs[name]), share, shape[1]);
    if (!sound) return null;
    if (this.#sound?.sound !== sound) this.#sound = { sound, ...this.#prepare.wave(bytes(sound)).value };
    if (!this.#sound.waveform) return null;
    const { waveform, rate } = this.#sound;
    return this.#prepare.sound(this.#prepare.spoilt(kind, way, waveform, share).value, rate);
  }
}

/** A promise of each expert's share of the precision, of inputs of which those that are undefined are missing; or of null. */
async function shares(engine, inputs) {
  const given = engine.manifest.modalities.map(({ name }) => name).filter((name) => inputs[name]);
  if (!given.length) return { prior: 1 };
  const there = Object.fromEntries(given.map((name) => [name, inputs[name]]));
  const { status, value } = await engine.ask("complete", { inputs: there, rows: [{ given }], of: [] });
  return status === "done" ? value.rows[0].shares : null;
}

/** Paints the tab (mvae/ui/experts/corrupt.py) anew in place. */
class Painter extends Over {
  describe({ told, modalities, name, strength, before, after, first, last, strange }) {
    const { texts, title, cell, experts } = told, modality = modalities.find((each) => each.name === name);
    const picture = after.value && this.views.toUrl(this.views.samplePicture(modality, after.value, modality.standardisation, { cell }));
    const caption = filled(texts.spoilt, { strength }), columns = [[texts.unspoilt, before], [caption, after.value]];
    return {
      strength,
      picture: picture && { src: picture, alt: filled(texts.spoiltAlt, { name: title, strength }), caption },
      instead: { caption: texts.refused, alt: texts.refused, missing: texts.missing, ratio: told.ratio },
      table: modality.kind === "vector" && this.views.valuesTable(modality, columns, filled(texts.valuesAlt, { name: title, strength })),
      bars: this.views.sharesBars(last, experts),
      said: [filled(texts.shares, { strength }), changed(told, name, strength, after.refused, first, last), strange > 1 ? filled(texts.strange, { score: strange }) : ""].map(marked),
    };
  }

  release() {
    super.release();
    document.querySelector(".st-key-experts-spoilt-after > .mvae-live")?.remove();
  }

  show({ strength, picture, instead, table, bars, said }) {
    const { kept } = this;
    const pictures = document.querySelector(".st-key-experts-spoilt-pictures");
    this.#paintPicture(pictures?.querySelector(".st-key-experts-spoilt-after"), picture, instead);
    const values = pictures?.querySelector(".stHtml:has(table.values)"), player = pictures?.querySelector("audio");
    if (values && table) kept.html(values, table);
    if (player) kept.attribute(player, "style", "visibility: hidden"); // it is the server's
    const answer = document.querySelector(".st-key-experts-spoilt-answer"), drawn = answer?.querySelector(".stHtml");
    if (drawn) kept.html(drawn, bars);
    const paragraphs = answer?.querySelectorAll('[data-testid="stMarkdownContainer"] > p:not(.mvae-live)') ?? [];
    paragraphs.forEach((each, at) => this.standIns.paragraph(each, said[at]));
    for (const chart of document.querySelectorAll(".js-plotly-plot")) moveMark(chart, strength, kept);
  }

  #paintPicture(place, picture, instead) {
    if (!place) return;
    const { kept } = this, image = place.querySelector("img:not(.mvae-live *)");
    const own = place.querySelector(":scope > .mvae-live");
    if (image && picture) {
      own?.remove();
      kept.attribute(image, "src", picture.src);
      kept.attribute(image, "alt", picture.alt);
      kept.text(place.querySelector('[data-testid="stImageCaption"] p'), picture.caption);
    } else if (picture || image) {
      const element = picture ? figure(picture) : frame(instead);
      element.className = "mvae-live instead";
      element.querySelector("img + .missing-caption")?.style.setProperty("text-align", "center"); // as Streamlit's
      if (own) own.replaceWith(element);
      else place.append(element);
    } else {
      own?.remove();
    }
  }
}

/** Says what became of the share, as `change_of_share` of mvae/ui/experts/corrupt.py. */
function changed({ texts, experts, within, hardly, empties }, name, strength, refused, first, last) {
  const { [name]: before } = first, after = last[name] ?? 0, said = { name: experts[name], before, after };
  if (strength === 0) return filled(texts.atZero, said);
  if (refused) return filled(texts.gone, { complaint: refused.sentence, name: within, before });
  if (empties && strength === 100) return filled(texts.empty, said);
  if (Math.abs(after - before) < hardly) return filled(texts.stays, said);
  if (after > before) return filled(texts.rises, said);
  const [most] = Object.keys(last).filter((each) => each !== name)
    .sort((one, other) => last[other] - first[other] - (last[one] - first[one]));
  return filled(texts.falls, { ...said, other: experts[most], other_before: first[most], other_after: last[most] });
}

/** Moves the mark at the strength of one of Plotly's charts, of which `layout` is public. */
function moveMark(chart, strength, kept) {
  const mark = chart.querySelector(".shapelayer .shape-group path"), area = chart.querySelector(".nsewdrag");
  const range = chart.layout?.xaxis?.range;
  if (!mark || !area || !range) return;
  const [left, width] = ["x", "width"].map((each) => Number(area.getAttribute(each)));
  const wanted = left + ((strength - range[0]) / (range[1] - range[0])) * width;
  const there = Number.parseFloat(mark.getAttribute("d").slice(1));
  kept.attribute(mark, "transform", `translate(${wanted - there} 0)`);
}
