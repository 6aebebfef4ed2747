// Latent space: where to start from, and two ways to move: sliders, and a walk along one dimension.

import { choice, element, filled } from "./dom.js";
import { templatesOf } from "./examples.js";
import { slidersTab } from "./sliders.js";
import { walkTab } from "./walk.js";

/** Returns the page: {title, lead, body, show, set}; `set` takes the settings of a lesson. */
export function latentPage(app) {
  const { state, site } = app, { texts } = site, words = texts.latent, { classes } = state.manifest;
  const drawn = Object.keys(site.templates).length > 0;
  const ofClass = drawn ? words.drawn : words.ofClass;
  const listed = drawn || site.classMeans.length ? classes.map((label, i) => [String(i), filled(ofClass, { label })]) : [];
  const options = [["current", words.current], ...listed, ["prior", words.prior]];
  const picker = element("select", { id: "start" }, options.map(([value, text]) => element("option", { value }, text)));
  const none = element("p", { class: "note", role: "status" });
  const tabs = { sliders: slidersTab(app), grid: walkTab(app) };
  const place = element("div");
  let tab = "sliders", start = null, asked = "", turns = 0;
  const tabChoice = choice("latent-tab", Object.entries(words.tabs), (name) => {
    tab = name;
    show();
  });
  picker.addEventListener("change", () => show());

  const show = async () => {
    tabChoice.show(tab);
    if (place.firstChild !== tabs[tab].body) place.replaceChildren(tabs[tab].body);
    const turn = ++turns, found = await startOf(app, picker.value);
    if (found === null || turn !== turns) return; // another start was chosen meanwhile
    none.textContent = picker.value === "current" && found.prior ? words.none : "";
    const name = `${picker.value} ${found.mean.join()}`;
    if (name !== asked) {
      asked = name;
      start = found;
      for (const each of Object.values(tabs)) each.begin(start);
    }
    tabs[tab].show();
  };
  const body = element(
    "div", { class: "latent" },
    element("div", { class: "row" }, element("label", { class: "field" }, words.start, picker), tabChoice.row),
    none, place,
  );
  return {
    title: texts.pages.latent,
    lead: texts.leads.latent,
    body,
    show,
    set: (settings) => {
      tab = settings.tab ?? tab;
      if (settings.start) picker.value = settings.start;
      tabs.grid.set(settings);
      show();
    },
  };
}

/** Where a choice is: a promise of {mean, variance, prior}, or of null where a newer one has taken its place. */
async function startOf(app, choice) {
  const { state, site } = app, size = state.manifest.latent_size;
  const standard = { mean: new Float32Array(size), variance: new Float32Array(size).fill(1), prior: true };
  const label = Number(choice);
  const inputs = choice === "current" ? state.given() : choice === "prior" ? {} : templatesOf(app, label);
  const given = Object.keys(inputs);
  if (given.length) {
    const answer = await app.ask("complete", { inputs, rows: [{ given }], of: [] }, "start");
    return answer.status === "done" ? { ...answer.value.rows[0], prior: false } : null;
  }
  // How far samples of a class lie from its mean is not known: as far as the prior reaches.
  const mean = Number.isInteger(label) && site.classMeans[label];
  return mean ? { ...standard, mean: Float32Array.from(mean), prior: false } : standard;
}
