// Latent space: where to start from, and four ways to move: sliders, a walk along one dimension, a straight line between
// two points, and a map.

import { choice, element, filled } from "./dom.js";
import { templatesOf } from "./examples.js";
import { lineTab } from "./line.js";
import { mapTab } from "./map.js";
import { slidersTab } from "./sliders.js";
import { walkTab } from "./walk.js";

/** Returns the page: {title, lead, body, show, set}; `set` takes the settings of a lesson. */
export function latentPage(app) {
  const { texts } = app.site, words = texts.latent;
  const start = pointPicker(app, words.start, "start", "current", () => show());
  const none = element("p", { class: "note", role: "status" });
  const line = lineTab(app, (...options) => pointPicker(app, ...options)), map = mapTab(app);
  const tabs = { sliders: slidersTab(app), grid: walkTab(app), line, ...(map && { map }) };
  const place = element("div");
  let tab = "sliders", asked = "", turns = 0;
  const tabChoice = choice("latent-tab", Object.keys(tabs).map((name) => [name, words.tabs[name]]), (name) => {
    tab = name;
    show();
  });

  const show = async () => {
    tabChoice.show(tab);
    if (place.firstChild !== tabs[tab].body) place.replaceChildren(tabs[tab].body);
    const turn = ++turns, found = await start.point();
    if (found === null || turn !== turns) return; // another start was chosen meanwhile
    none.textContent = start.picker.value === "current" && found.prior ? words.none : "";
    const name = `${start.picker.value} ${found.mean.join()}`;
    if (name !== asked) {
      asked = name;
      for (const each of Object.values(tabs)) each.begin(found);
    }
    tabs[tab].show();
  };
  const body = element(
    "div", { class: "latent" },
    element("div", { class: "row" }, start.label, tabChoice.row),
    none, place,
  );
  return {
    title: texts.pages.latent,
    lead: texts.leads.latent,
    body,
    show,
    set: (settings) => {
      tab = settings.tab ?? tab;
      if (settings.start) start.picker.value = settings.start;
      for (const each of [tabs.grid, tabs.line]) each.set(settings);
      show();
    },
  };
}

/** Returns {label, picker, point()}: a choice of a point of the latent, and a promise of it as of `pointOf`. */
function pointPicker(app, title, id, usual, changed) {
  const { state, site } = app, words = site.texts.latent, { classes } = state.manifest;
  const drawn = Object.keys(site.templates).length > 0, ofClass = drawn ? "drawn" : "ofClass";
  const labels = drawn || site.classMeans.length ? classes : [];
  const named = (names) => new Map([
    ["current", names.current], ...labels.map((label, i) => [String(i), filled(names[ofClass], { label })]), ["prior", names.prior],
  ]);
  const said = named(words.the);
  const picker = element("select", { id }, [...named(words)].map(([value, text]) => element("option", { value }, text)));
  picker.value = said.has(usual) ? usual : "current";
  picker.addEventListener("change", changed);
  const point = async () => {
    const { value } = picker, found = await pointOf(app, value, id);
    return found && { ...found, words: said.get(value) };
  };
  return { picker, point, label: element("label", { class: "field" }, title, picker) };
}

/** Where a choice is: a promise of {mean, variance, prior}, or of null where a newer one has taken its place. */
async function pointOf(app, choice, kind) {
  const { state, site } = app, size = state.manifest.latent_size;
  const standard = { mean: new Float32Array(size), variance: new Float32Array(size).fill(1), prior: true };
  const label = Number(choice);
  const inputs = choice === "current" ? state.given() : choice === "prior" ? {} : templatesOf(app, label);
  const given = Object.keys(inputs);
  if (given.length) {
    const answer = await app.ask("complete", { inputs, rows: [{ given }], of: [] }, kind);
    return answer.status === "done" ? { ...answer.value.rows[0], prior: false } : null;
  }
  // How far samples of a class lie from its mean is not known: as far as the prior reaches.
  const mean = Number.isInteger(label) && site.classMeans[label];
  return mean ? { ...standard, mean: Float32Array.from(mean), prior: false } : standard;
}
