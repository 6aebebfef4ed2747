// What the model makes of the inputs: pictures of a modality, values, label and shares.

import { labelOf } from "../engine/labels.js";
import { rewrite } from "../live/rewrite.js";
import { fusedOf } from "../views/diagram.js";
import { element, filled, say, write } from "./dom.js";
import { colouredBy, lookOf, signOf } from "./looks.js";
import { listenButton } from "./sounds.js";
import { explained } from "./words.js";

const CELL = [10, 5]; // of a heat map, in pixels

/** Paints a sample onto a canvas, and says what it is. */
export function paint({ views }, canvas, modality, sample, words, options = { scale: 4, cell: CELL }) {
  views.toCanvas(views.samplePicture(modality, sample, modality.standardisation, options), canvas);
  if (canvas.getAttribute("aria-label") !== words) canvas.setAttribute("aria-label", words);
}

/** Returns a canvas for a picture, which has the modality's name until it is painted. */
export function pictureCanvas({ kind, title }) {
  return element("canvas", { role: "img", "aria-label": title, class: `picture ${kind}`, width: 114, height: kind === "sound" ? 24 : 114 });
}

/** Returns {card, show(row, given, isDoubtful)} of a modality: what it was given and what the model makes of it. */
export function outputCard(app, modality) {
  const { texts } = app.site, { name, title } = modality, look = lookOf(app, name);
  let made = null;
  const badge = element("span", { class: "badge" });
  const [given, result] = [pictureCanvas(modality), pictureCanvas(modality)];
  const absent = element("span", { class: `absent-picture ${modality.kind}`, role: "img", "aria-label": `${title}: ${texts.missing}` }, texts.missing);
  const captions = [element("figcaption"), element("figcaption")];
  const pictures = element(
    "div", { class: `pictures ${modality.kind}` },
    element("figure", {}, given, absent, captions[0]), element("figure", {}, result, captions[1]),
  );
  const values = element("div", { class: "values-place" });
  const listen = modality.kind === "sound" ? listenButton(app, title, () => made) : null;
  const remark = element("p", { class: "remark", role: "status" });
  const card = element(
    "section", { class: "card output", "aria-label": title, style: colouredBy(look) },
    element("h3", {}, element("span", {}, signOf(look), ` ${title}`), badge), pictures, values, listen, remark,
  );
  const show = (row, input, isDoubtful) => {
    say(remark, isDoubtful ? app.site.familiarity.unlike[name] : "");
    made = row?.outputs[name] ?? null;
    const isGiven = row !== null && row.given.includes(name);
    const kind = row === null ? "missing" : isGiven ? "given" : "imagined";
    say(badge, texts[kind]);
    if (badge.className !== `badge ${kind}`) badge.className = `badge ${kind}`;
    pictures.hidden = row === null;
    values.hidden = row === null;
    if (listen) listen.hidden = row === null;
    if (row === null) return;
    const verb = isGiven ? texts.reconstructed : texts.imaginedBy[app.state.kind];
    say(captions[0], isGiven ? texts.givenToModel : texts.notGiven);
    say(captions[1], verb);
    given.hidden = !isGiven;
    absent.hidden = isGiven;
    if (isGiven) paint(app, given, modality, input, filled(texts.alt.given, { title }));
    const label = app.state.manifest.classes[row.label];
    paint(app, result, modality, made, filled(texts.alt.made, { title, verb, label }));
    if (modality.kind !== "vector") return;
    const columns = [...(isGiven ? [[texts.values.given, input]] : []), [texts.values.made, made]];
    write(values, app.views.valuesTable(modality, columns, filled(texts.values.caption, { title })));
  };
  return { card, show };
}

/** Returns {card, show(probabilities, isGuess)}: the label, large, and the bars. */
export function labelCard({ site, state, views }) {
  const best = element("p", { class: "best-label" }), bars = element("div");
  const guess = element("span", { class: "badge guess", hidden: "" }, site.familiarity?.onlyAGuess ?? "");
  const head = element("h3", {}, site.texts.label, guess);
  const card = element("section", { class: "card label", "aria-label": site.texts.label }, head, best, bars);
  return {
    card,
    show: (probabilities, isGuess) => {
      guess.hidden = !isGuess;
      bars.hidden = probabilities === null;
      if (probabilities === null) {
        say(best, "–");
        return;
      }
      const name = state.manifest.classes[labelOf(probabilities)];
      say(best, isGuess ? filled(site.familiarity.guess, { label: name }) : name);
      best.classList.toggle("long", name.length > 4);
      write(bars, views.labelBars(probabilities, state.manifest.classes));
    },
  };
}

/** Returns {place, show(answer)}: experts, their product and what is decoded from it, of what the model answers or null. */
export function diagramPart({ site, state, views }) {
  const place = element("div", { class: "diagram-place" }), dimension = site.kl.indexOf(Math.max(...site.kl));
  const show = (answer) => {
    const row = answer?.rows[0], label = row && state.manifest.classes[row.label];
    rewrite(place, views.diagram(expertsOf(site, state), dimension, row ? fusedOf(answer.experts, row, dimension, label) : null));
  };
  return { place, show };
}

function expertsOf({ texts }, { modalities }) {
  return { prior: texts.prior, ...Object.fromEntries(modalities.map(({ name, short, title }) => [name, short || title])) };
}

/** Returns {card, show(shares)}: the experts' shares. */
export function sharesCard(app) {
  const { site, state, views } = app;
  const { texts } = site, bars = element("div"), experts = expertsOf(site, state);
  const card = element(
    "section", { class: "card shares", "aria-label": texts.shares },
    element("h3", {}, element("span", {}, explained(app, texts.shares))), bars, element("p", { class: "note" }, explained(app, texts.sharesNote)),
  );
  return { card, show: (shares) => { write(bars, shares === null ? "" : views.sharesBars(shares, experts)); } };
}
