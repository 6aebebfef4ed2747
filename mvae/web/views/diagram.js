// The page Draw & speak as one diagram, letter by letter the HTML of mvae/ui/views/diagram.py, of the same pieces.

import { formatted } from "./formats.js";
import { escape, filled } from "./texts.js";

/**
 * Draws experts, their product, and what is decoded from it.
 *
 * @param {Object<string, string>} experts name of the prior and of each modality -> what a person reads
 * @param {number} dimension of the latent, which is shown
 * @param {{gaussians: Object<string, [number, number]>, product: [number, number], shares: Object<string, number>,
 *   label: string} | null} fused means and standard deviations of the given experts and of the posterior in that
 *   dimension, shares of its precision, and the most probable class; null: nothing is given
 * @param {object} constants `diagram` of mvae/ui/views/constants.py
 * @returns {string} HTML
 */
export function diagram(experts, dimension, fused, constants) {
  const { pieces, texts, expertsAt, productAt, priorAt, labelAt, reach, longestLabel, looks, priorLook } = constants;
  const names = Object.keys(experts).filter((name) => name !== "prior");
  const found = fused ?? { gaussians: {}, product: [0, 1], shares: { prior: 1 }, label: "" }, { shares, product } = found;
  const gaussians = { prior: [0, 1], ...found.gaussians }, has = (name) => Object.hasOwn(gaussians, name);
  const row = (name) => (name === "prior" ? priorAt : (100 * (2 * names.indexOf(name) + 1)) / (2 * names.length));
  const look = (name) => (name === "prior" ? priorLook : looks[names.indexOf(name) % looks.length]);
  const colour = (name) => look(name).colour, sign = (name) => `<tspan fill="${colour(name)}">${look(name).sign}</tspan>`;
  const share = (name) => formatted(shares[name], ".0%");
  const line = (values) => filled(pieces.line, { ...values, colour: values.colour ?? "currentColor" });
  const curve = (gaussian, stroke, state) => {
    const [mean, deviation] = gaussian ?? [0, 1], x = constants.unit * Math.min(reach, Math.max(-reach, mean));
    return filled(pieces.curve, {
      state: gaussian ? state : `${state} none`, x, wide: constants.unit * deviation, high: constants.height, colour: stroke,
    });
  };
  const own = (name, state) => curve(has(name) ? gaussians[name] : null, colour(name), state);
  const cut = (there) => (there ? "" : "cut");
  const end = (name) => (fused === null ? "cut" : has(name) ? "given" : "imagined");
  const tip = (name, title) => {
    if (!has(name)) return filled(texts.missingTip, { title });
    const [mean, deviation] = gaussians[name];
    return filled(texts.expertTip, { title, dimension, mean, deviation, share: shares[name] });
  };
  const short = (name) => {
    const letters = [...experts[name]], { longestName: most } = constants;
    return oneLine(letters.length <= most ? experts[name] : `${letters.slice(0, most - 1).join("")}…`);
  };
  const all = Object.entries(experts).map(([name, title]) => [name, oneLine(title)]);
  const at = (name) => (name === "prior" ? productAt : expertsAt), { thinnest, thickest } = constants;
  const parts = [
    ...names.map((name) => line({
      kind: "in", state: cut(has(name)), x1: 0, y1: row(name), x2: expertsAt, y2: row(name), colour: colour(name), width: 3,
    })),
    ...all.map(([name]) => line({
      kind: "on", state: cut(has(name)), x1: at(name), y1: row(name), x2: productAt, y2: 50, colour: colour(name),
      width: thinnest + (thickest - thinnest) * (has(name) ? shares[name] : 0),
    })),
    ...names.map((name) => line({
      kind: "out", state: end(name), x1: productAt, y1: 50, x2: 100, y2: row(name), colour: colour(name), width: 3,
    })),
    line({ kind: "out", state: cut(fused), x1: productAt, y1: 50, x2: productAt, y2: labelAt, width: 2 }),
    ...all.map(([name, title]) => filled(pieces.panel, {
      kind: `expert ${name === "prior" ? "prior" : "modality"}`, x: at(name), y: row(name), state: cut(has(name)),
      tip: tip(name, title), name: `${sign(name)} ${short(name)}`, number: has(name) ? share(name) : texts.missing, place: has(name) ? pieces.share : pieces.missing, curves: own(name, "own"),
    })),
    filled(pieces.panel, {
      kind: "product", x: productAt, y: 50, state: "", name: texts.product, number: "", place: pieces.share,
      tip: filled(texts.productTip, { dimension, mean: product[0], deviation: product[1] }),
      curves: [...all.map(([name]) => own(name, "ghost")), curve(product, "currentColor", "own")].join(""),
    }),
    filled(pieces.label, {
      x: productAt, y: labelAt, state: cut(fused), name: texts.label, label: oneLine(found.label) || "–",
      size: [...found.label].length <= longestLabel ? "best" : "long",
    }),
    ...names.map((name) => filled(pieces.output, { y: row(name), name: short(name) })),
  ];
  const heard = {
    shares: Object.keys(shares).map((name) => `${experts[name]} ${share(name)}`).join(", "),
    imagined: names.filter((name) => !has(name)).map((name) => experts[name]).join(", "), label: found.label,
  };
  const alt = fused === null ? texts.nothingAlt : escape(filled(heard.imagined ? texts.alt : texts.allGivenAlt, heard));
  const caption = filled(texts.caption, { dimension, reach });
  return filled(pieces.whole, { alt: alt.replaceAll("\n", " "), parts: parts.join(""), caption });
}

/** What was fused, as `diagram` takes it: of experts and a row of Model.complete's, in a dimension of the latent. */
export function fusedOf(experts, { given, mean, variance, shares }, dimension, label) {
  const there = ({ mean: means, variance: variances }) => [means[dimension], Math.sqrt(variances[dimension])];
  const gaussians = Object.fromEntries(given.map((name) => [name, there(experts[name])]));
  return { gaussians, product: there({ mean, variance }), shares, label };
}

function oneLine(text) {
  return escape(text).replaceAll("\n", " ").replaceAll("\r", " ");
}
