// An input that is spoilt, while its strength is dragged: the page spoils it as the server does, and the picture, the
// shares and what is said of them follow, until the server's own answer to the same comes.

import { preprocessing } from "../preprocess/preprocessing.js";
import { escape, filled, marked } from "../views/texts.js";
import { views } from "../views/views.js";
import { Ahead, bytes, floats } from "./ahead.js";
import { constants } from "./engines.js";
import { isMoved, thumbsOf } from "./inputs.js";
import { Over } from "./over.js";
import { StandIns } from "./stand_ins.js";
import { chosenOf, Watch } from "./widgets.js";

/**
 * Makes the tab live.
 *
 * @param {Element} element in the page
 * @returns {Promise<Live>}
 */
export async function live(element) {
  return new Live(element, await constants);
}

class Live extends Ahead {
  #prepare;
  #watch = new Watch(() => this.update());
  #input = null; // what is spoilt: {values} or {wave}

  constructor(element, constants) {
    super(element.getRootNode().host ?? element, new Painter(views(constants.views)));
    this.#prepare = preprocessing(constants.preprocessing);
  }

  /** Takes what the server says now: see mvae/ui/experts/corrupt.py. */
  hear(told) {
    this.#input = null;
    return super.hear(told);
  }

  stop() {
    this.#watch.stop();
    super.stop();
  }

  isAhead() {
    return this.#moved() !== null;
  }

  async answer(engine) {
    const strength = this.#moved(), { spoilt: { name }, how, inputs } = this.told;
    const modality = engine.manifest.modalities.find((each) => each.name === name);
    const [before, after] = [0, strength].map((each) => this.#spoilt(modality, how.name, each / 100));
    if (!before?.value || !after) return null;
    const others = Object.fromEntries(Object.entries(inputs).map(([each, values]) => [each, floats(values)]));
    const first = await shares(engine, { ...others, [name]: before.value });
    const last = first && (await shares(engine, { ...others, [name]: after.value }));
    return last && { name, strength, before: before.value, after, first, last };
  }

  /** The strength that the slider says, in per cent, or null where it is the server's, or something else has changed. */
  #moved() {
    const { spoilt, how, strength } = this.told ?? {}, [thumb] = strength ? thumbsOf(strength.key) : [];
    const same = ({ key, name, among }) => chosenOf(key) === among.indexOf(name);
    return thumb && same(spoilt) && same(how) && isMoved(thumb, strength.value) ? thumb.value : null;
  }

  /** What the model is given of an input that is spoilt, {value} or {refused}, or null where only the server can say. */
  #spoilt(modality, way, share) {
    const { kind, name, shape } = modality, { inputs, sound } = this.told;
    if (kind !== "sound") return this.#prepare.spoilt(kind, way, floats(inputs[name]), share, shape[1]);
    this.#input ??= sound && this.#prepare.wave(bytes(sound)).value;
    if (!this.#input) return null;
    const { waveform, rate } = this.#input;
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
class Painter {
  #views;
  #over = new Over(() => this.#paint());
  #said = new StandIns();
  #painted = null; // what was painted last, until it is released

  constructor(views) {
    this.#views = views;
  }

  paint({ told, modalities, name, strength, before, after, first, last }) {
    const { texts, title, cell, experts } = told, modality = modalities.find((each) => each.name === name);
    const picture = after.value && this.#views.toUrl(this.#views.samplePicture(modality, after.value, modality.standardisation, { cell }));
    const caption = filled(texts.spoilt, { strength }), columns = [[texts.unspoilt, before], [caption, after.value]];
    this.#painted = {
      strength,
      picture: picture && { src: picture, alt: filled(texts.spoiltAlt, { name: title, strength }), caption },
      instead: picture ? null : frame(texts, told.ratio),
      table: modality.kind === "vector" && this.#views.valuesTable(modality, columns, filled(texts.valuesAlt, { name: title, strength })),
      bars: this.#views.sharesBars(last, experts),
      said: [filled(texts.shares, { strength }), changed(told, name, strength, after.refused, first, last), ""].map(marked),
    };
    this.#over.paint();
  }

  /** Shows what the server says. */
  release() {
    if (this.#painted === null) return;
    this.#painted = null;
    this.#over.release();
    this.#said.release();
    document.querySelector(".st-key-experts-spoilt-after > .mvae-live")?.remove();
  }

  #paint() {
    const { kept } = this.#over, { strength, picture, table, bars, said } = this.#painted;
    const pictures = document.querySelector(".st-key-experts-spoilt-pictures");
    this.#paintPicture(pictures?.querySelector(".st-key-experts-spoilt-after"), picture);
    const values = pictures?.querySelector(".stHtml:has(table.values)"), player = pictures?.querySelector("audio");
    if (values && table) kept.html(values, table);
    if (player) kept.attribute(player, "style", "visibility: hidden"); // it is the server's
    const answer = document.querySelector(".st-key-experts-spoilt-answer"), drawn = answer?.querySelector(".stHtml");
    if (drawn) kept.html(drawn, bars);
    const paragraphs = answer?.querySelectorAll('[data-testid="stMarkdownContainer"] > p:not(.mvae-live)') ?? [];
    paragraphs.forEach((each, at) => this.#said.paragraph(each, said[at]));
    for (const chart of document.querySelectorAll(".js-plotly-plot")) moveMark(chart, strength, kept);
  }

  #paintPicture(place, picture) {
    if (!place) return;
    const { kept } = this.#over, image = place.querySelector("img:not(.mvae-live *)");
    const own = place.querySelector(":scope > .mvae-live");
    if (image && picture) {
      own?.remove();
      kept.attribute(image, "src", picture.src);
      kept.attribute(image, "alt", picture.alt);
      kept.text(place.querySelector('[data-testid="stImageCaption"] p'), picture.caption);
    } else if (picture || image) {
      const html = picture ? figure(picture) : this.#painted.instead;
      if (own) own.innerHTML = html;
      else place.append(Object.assign(document.createElement("div"), { className: "mvae-live instead", innerHTML: html }));
    } else {
      own?.remove();
    }
  }
}

/** Says what became of the share, as `change_of_share` of mvae/ui/experts/corrupt.py. */
function changed({ texts, experts, within, hardly }, name, strength, refused, first, last) {
  const { [name]: before } = first, after = last[name] ?? 0, said = { name: experts[name], before, after };
  if (strength === 0) return filled(texts.atZero, said);
  if (refused) return filled(texts.gone, { complaint: refused.sentence, name: within, before });
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

function figure({ src, alt, caption }) {
  return `<img src="${src}" alt="${escape(alt)}"><div class="missing-caption" style="text-align: center">${escape(caption)}</div>`;
}

/** As `missing_picture` of mvae/ui/views/look.py. */
function frame({ refused, missing }, ratio) {
  return `<div class="missing" role="img" aria-label="${escape(refused)}" style="aspect-ratio: ${ratio}">${missing}</div>`
    + `<div class="missing-caption">${escape(refused)}</div>`;
}
