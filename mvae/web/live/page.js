// The outputs as Streamlit has built them, painted anew in place. Its elements stay; what they said is said again
// when the server has answered. Where it has none yet, elements of our own, of the class "mvae-live", stand in for them.

import { fusedOf } from "../views/diagram.js";
import { filled, marked } from "../views/texts.js";
import { FIGURE, figure, fill, frame } from "./figures.js";
import { Over } from "./over.js";
import { rewrite } from "./rewrite.js";
import { Ways } from "./ways.js";

/** See Over. */
export class Page extends Over {
  #element;
  #kinds;
  #ways = new Ways(this.kept);
  #covers = new CSSStyleSheet();
  #uncovered = "";

  /**
   * @param {Element} element in the page, of whose theme the colours are
   * @param {object} views what views/views.js makes
   * @param {object} kinds of mvae/ui/views/constants.py: how each is seen
   */
  constructor(element, views, kinds) {
    super(views);
    this.#element = element;
    this.#kinds = kinds;
  }

  /**
   * Says what is shown of an answer.
   *
   * @param {object} told what the server has said last, see mvae/ui/draw/live.py
   * @param {object[]} modalities of the manifest
   * @param {string} kind "sample" or "mean"
   * @param {object} scene what studio.js makes of it all
   * @param {string[]} doubtful modalities whose input is unlike any known
   * @param {string[]} drawn on which modalities' canvases the pen was
   */
  describe({ told, modalities, kind, doubtful, ...scene }) {
    const { inputs, row, experts, quarrel, pictures, ways } = scene, { label } = row;
    this.#ways.take({ told, modalities, ways });
    const names = Object.fromEntries(modalities.map(({ name }) => [name, told.experts[name]]));
    return {
      told, modalities, inputs, kind, row, doubtful, pictures,
      quarrel: this.views.quarrelTexts(quarrel, names, told.classes),
      label: told.classes[label],
      diagram: this.views.diagram(told.experts, told.dimension, fusedOf(experts, row, told.dimension, told.classes[label])),
      labelBars: this.views.labelBars(row.probabilities, told.classes),
      sharesBars: this.views.sharesBars(row.shares, told.experts),
    };
  }

  paint(answer) {
    if (this.described === null) document.adoptedStyleSheets.push(this.#covers);
    this.#uncover(answer.drawn);
    super.paint(answer);
  }

  release() {
    if (this.described === null) return;
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== this.#covers);
    super.release();
    for (const element of document.querySelectorAll(".mvae-live")) element.remove();
  }

  /** Lets strokes on canvases that are switched off, or empty, be seen at once. */
  #uncover(names) {
    if (this.#uncovered === String(names)) return; // all styles are computed anew
    this.#uncovered = String(names);
    this.#covers.replaceSync(names.map((name) => {
      const canvas = `[class*="st-key-canvas-${CSS.escape(name)}"]`;
      return `${canvas}::after { display: none !important; } ${canvas} > * { opacity: 1 !important; }`;
    }).join(" "));
  }

  show({ modalities }) {
    for (const modality of modalities) this.#paintOutput(modality);
    this.#paintQuarrel();
    this.#paintDiagram();
    this.#paintLabel();
    this.#paintShares();
    this.#ways.paint();
  }

  #paintOutput(modality) {
    const { told, inputs, kind, row, label, pictures } = this.described, { name, title } = modality;
    const card = document.querySelector(`.st-key-output-${CSS.escape(name)}`);
    if (!card) return;
    const { texts } = told, given = name in inputs;
    const verb = given ? texts.reconstructed : texts.imagined[kind];
    const made = { src: pictures[name].made, caption: verb, alt: filled(texts.madeAlt, { title, verb, label }) };
    const before = given
      ? { src: pictures[name].given, caption: texts.given, alt: filled(texts.givenAlt, { title, label }) }
      : { caption: texts.notGiven, alt: filled(texts.notGivenAlt, { title }), missing: texts.missing };
    this.#paintBadge(card.querySelector(".stMarkdownBadge")?.parentNode, given ? texts.badges.given : texts.badges.imagined);
    this.#paintRemark(card, name);
    const places = [...card.querySelectorAll('[class*="st-key-pictures-"] > [data-testid="stElementContainer"]')];
    if (places.length < 2) {
      this.#ownPictures(card, modality, before, made);
      return;
    }
    card.querySelector(":scope > .mvae-live.pictures")?.remove();
    this.#paintPicture(places[0], { ...before, ratio: pictures[name].ratio });
    this.#paintPicture(places[1], made);
    const table = [...card.querySelectorAll(".stHtml")].find((each) => each.querySelector("table.values"));
    if (table) this.kept.html(table, this.#valuesTable(modality, inputs, row, texts));
  }

  #paintPicture(place, content) {
    const { src, caption, alt } = content;
    const image = place.querySelector("img:not(.mvae-live *)"), html = place.querySelector(".stHtml");
    const own = place.querySelector(":scope > .instead");
    if (image && !src) {
      if (own) return;
      const element = frame(content);
      element.className = "mvae-live instead";
      place.append(element);
      return;
    }
    own?.remove();
    if (image) {
      this.kept.attribute(image, "src", src);
      this.kept.attribute(image, "alt", alt);
      this.kept.text(place.querySelector('[data-testid="stImageCaption"] p'), caption);
    } else if (html && src) {
      this.kept.html(html, FIGURE);
      fill(html, { src, caption, alt });
    }
  }

  /** Stands in for the pictures that the server has not painted. */
  #ownPictures(card, modality, before, made) {
    const { ratio } = this.described.pictures[modality.name];
    let own = card.querySelector(":scope > .mvae-live.pictures");
    if (!own) {
      own = document.createElement("div");
      own.className = `mvae-live pictures ${this.#kinds[modality.kind].heat ? "heat" : "ink"}`;
      card.append(own);
    }
    const wanted = [before, made];
    wanted.forEach((each, at) => {
      const there = own.children[at], fits = there && Boolean(there.querySelector("img")) === Boolean(each.src);
      if (fits && each.src) fill(there, each);
      else if (!fits) {
        const element = each.src ? figure(each) : frame({ ...each, ratio });
        if (there) there.replaceWith(element);
        else own.append(element);
      }
    });
  }

  /** Says something in a badge at the end of a paragraph, or nothing: in one of our own, as Streamlit's has another look. */
  #paintBadge(paragraph, wanted) {
    if (!paragraph) return;
    const { colour, icon, word } = wanted ?? { word: "" };
    const theirs = paragraph.querySelector(":scope > .stMarkdownBadge"), own = paragraph.querySelector(":scope > .mvae-live");
    if ((theirs?.textContent.trim() ?? "") === (wanted ? `${icon} ${word}` : "")) {
      own?.remove();
      return;
    }
    if (own?.dataset.word === word) return;
    const badge = document.createElement("span");
    badge.className = "mvae-live badge";
    badge.dataset.word = word;
    if (wanted) {
      const sign = document.createElement("span");
      sign.className = "sign";
      [sign.textContent, sign.ariaHidden] = [icon, "true"];
      badge.append(sign, ` ${word}`);
      badge.style.cssText = `font-size: 0.875rem; margin-left: ${theirs ? 0 : 0.25}rem; color: ${this.#colour(colour, "text")}; `
        + `background-color: ${this.#colour(colour, "background")};`;
    }
    own?.remove();
    paragraph.append(badge);
  }

  /** Says that an input is unlike any known. */
  #paintRemark(card, name) {
    const { told, doubtful } = this.described, { colour, words } = doubtful.includes(name) ? told.texts.unlike[name] : { words: "" };
    const place = card.querySelector(`.st-key-remark-${CSS.escape(name)}`), own = card.querySelector(".mvae-live.remark");
    if ((place?.querySelector(".stMarkdown")?.textContent.trim() ?? "") === words) {
      own?.remove();
      return;
    }
    const remark = own ?? document.createElement("p");
    if (remark.parentNode !== (place ?? card)) (place ?? card).append(remark);
    if (remark.textContent === words && own) return;
    [remark.className, remark.textContent] = ["mvae-live remark", words];
    if (colour) remark.style.color = this.#colour(colour, "text");
  }

  #colour(name, what) {
    return getComputedStyle(this.#element).getPropertyValue(`--st-${name}-${what}-color`);
  }

  /** Says what each input alone is read as, and who wins. */
  #paintQuarrel() {
    const { alone, sentence } = this.described.quarrel;
    const places = Object.entries(alone).map(([name, html]) => [`.st-key-card-${CSS.escape(name)} .stHtml:has(> .alone)`, html]);
    for (const [selector, html] of [...places, [".st-key-quarrel .stHtml", sentence]]) {
      const place = document.querySelector(selector);
      if (place) this.kept.html(place, html);
    }
  }

  /** Stands in for the server's drawing, which belongs to React and cannot be put back. */
  #paintDiagram() {
    const place = document.querySelector(".st-key-diagram");
    if (!place) return;
    let own = place.querySelector(":scope > .mvae-live");
    if (!own) {
      own = document.createElement("div");
      own.className = "mvae-live instead";
      place.append(own);
    }
    rewrite(own, this.described.diagram);
  }

  #paintLabel() {
    const { told, label, labelBars, doubtful } = this.described, place = document.querySelector(".st-key-label");
    const isGuess = doubtful.length > 0, name = isGuess ? filled(told.texts.guess, { label }) : label;
    this.#paintBadge(place?.querySelector(".stMarkdown p"), isGuess ? told.texts.badges.guess : null);
    this.#paintBeside(place, labelBars, (own) => {
      const best = document.createElement("div");
      best.className = "best-label";
      own.prepend(best);
    });
    this.kept.text(place?.querySelector('[data-testid="stMetricValue"] p'), name);
    const best = place?.querySelector(":scope > .mvae-live > .best-label");
    if (best) best.textContent = name;
  }

  #paintShares() {
    const { told, sharesBars } = this.described;
    this.#paintBeside(document.querySelector(".st-key-shares"), sharesBars, (own) => {
      const note = document.createElement("p");
      [note.className, note.innerHTML] = ["note", marked(told.texts.sharesNote)];
      own.append(note);
    });
  }

  /** Paints bars, or what stands in for them, which gets what else belongs there. */
  #paintBeside(place, bars, complete) {
    if (!place) return;
    const theirs = place.querySelector(".stHtml");
    let own = place.querySelector(":scope > .mvae-live");
    if (theirs) {
      own?.remove();
      this.kept.html(theirs, bars);
      return;
    }
    if (!own) {
      own = document.createElement("div");
      own.className = "mvae-live";
      own.append(document.createElement("div"));
      place.append(own);
      own.firstChild.className = "drawn";
      complete(own);
    }
    rewrite(own.querySelector(":scope > .drawn"), bars);
  }

  #valuesTable(modality, inputs, row, texts) {
    const columns = [[texts.valueMade, row.outputs[modality.name]]];
    if (modality.name in inputs) columns.unshift([texts.valueGiven, inputs[modality.name]]);
    return this.views.valuesTable(modality, columns, filled(texts.valuesAlt, { title: modality.title }));
  }
}
