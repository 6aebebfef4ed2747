// The map of the latent: the pointer moves over it, and what is under it is decoded.

import { counted, LatentMap } from "../live/map.js";
import plane from "../views/plane.js";
import { decodedPart } from "./decoded.js";
import { button, choice, element, filled, say } from "./dom.js";

const ROUND = 1000;

/** Returns {body, begin(start), show}, or null where the checkpoint has no map. */
export function mapTab(app) {
  const { state, site } = app, words = site.texts.latent.map, { classes } = state.manifest;
  if (!site.map) return null;
  const { marks, colours, middles, units, nearest } = site.map;
  const area = element(
    "div", { class: "map", role: "application", tabindex: "0" },
    element("canvas"), element("span", { class: "start" }, words.start), element("span", { class: "cross" }),
  );
  const frame = element("div", { class: "map-place" }, area);
  const decoded = decodedPart(app), around = element("p", { role: "status" });
  const count = site.map.points.length / 3;
  let map = null, start = null, home = null, picked = null;

  const place = () => picked ?? home;
  const draw = () => {
    const data = { ...site.map, name: site.checkpoint, place: place(), start: home, alt: area.getAttribute("aria-label") ?? site.texts.latent.tabs.map };
    plane({ parentElement: frame, data, setTriggerValue: (_, [x, y]) => go([x, y]) });
  };
  const go = (wanted) => {
    picked = wanted;
    draw();
    decode(wanted);
  };
  const decode = async (at) => {
    const answer = await app.ask("decode", { latents: map.latentAt(at) }, "map");
    if (answer.status !== "done") return;
    const label = decoded.show(answer.value);
    say(around, filled(words.neighbours, { nearest, neighbours: inWords(map.neighbours(at), classes, words) }));
    const [x, y] = at.map((each) => `${Math.round(100 * each)}%`);
    area.setAttribute("aria-label", filled(words.alt, { count, start: start.words, x, y, label }));
  };
  addEventListener("mvae-map", (event) => {
    if (map === null || !area.isConnected) return;
    event.preventDefault();
    decode(event.detail.place);
  });
  const toClass = choice("map-class", middles.map(([, , label]) => [label, classes[label]]), (label) => {
    const [x, y] = middles.find(([, , each]) => each === label);
    go([x / units, y / units]);
    toClass.show(null); // so that the same class can be picked again
  }, words.toClass);
  const own = classes.some((name, i) => name !== marks[i]);
  const legend = own ? middles.map(([, , label]) => element(
    "span", {}, element("b", { style: `color: ${colours[label % colours.length]}` }, marks[label]), ` ${classes[label]}`)) : [];

  const body = element(
    "div", { class: "map-tab" },
    element("div", { class: "map-side" }, frame, element("p", { class: "map-marks" }, legend), element("p", { class: "note" }, filled(words.how, { nearest }))),
    element(
      "div", { class: "decoded" },
      element("div", { class: "row" }, element("span", { class: "note" }, words.toClass), toClass.row, button(words.toStart, () => go(home))),
      decoded.body, around, element("p", { class: "note" }, filled(words.about, { count: count.toLocaleString("en"), nearest })),
    ),
  );
  return {
    body,
    begin: (from) => { start = from; },
    show: async () => {
      map ??= new LatentMap(await app.readMap(), nearest);
      home = map.placeOf(start.mean).map((each) => Math.round(ROUND * Math.min(1, Math.max(0, each))) / ROUND);
      draw();
      decode(place());
    },
  };
}

/** Says of which classes points are, the most frequent first. */
function inWords(labels, classes, words) {
  return counted(labels).map(([label, count]) => filled(words.neighbour, { count, label: classes[label] })).join(", ");
}
