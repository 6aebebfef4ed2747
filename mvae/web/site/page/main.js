// The site: its frame, its pages, and what they share.

import { startEngine } from "../engine/engine.js";
import { preprocessing } from "../preprocess/preprocessing.js";
import { views } from "../views/views.js";
import { wordCards } from "../views/words.js";
import { element, filled, say } from "./dom.js";
import { drawPage } from "./draw_page.js";
import { begin } from "./examples.js";
import { latentPage } from "./latent_page.js";
import { beginStep, lessonOf, lessonsPage, showStep } from "./lessons_page.js";
import { keepSite, loadSite } from "./sources.js";
import { startSounds } from "./sounds.js";
import { State } from "./state.js";
import { subsetsPage } from "./subsets_page.js";
import { explained } from "./words.js";

const loaded = await loadSite();
const { site, manifest } = loaded, { texts } = site;
const status = element("p", { class: "note", role: "status" }, texts.loading);
const engine = loaded.readSources().then((sources) => startEngine(sources, loaded.openModel)).then(known)
  .catch((error) => ({ ready: false, reason: String(error?.message ?? error) }));
const app = {
  site,
  state: new State(site, manifest, preprocessing(site.constants)),
  views: views(site.views),
  readMap: () => loaded.readBeside(site.map.file),
  sounds: startSounds(site.constants, loaded.openSounds),
  ask: async (operation, input, kind) => {
    const started = await engine;
    if (!started.ready) return { status: "failed", reason: started.reason };
    const answer = await started.ask(operation, input, kind);
    say(status, answer.status === "failed" ? filled(texts.asked, { reason: answer.reason }) : "");
    return answer;
  },
};

const draw = drawPage(app);
const pages = { draw, subsets: subsetsPage(app, draw.title), latent: latentPage(app), lessons: lessonsPage(app) };
const links = Object.entries(pages).map(([name, { title }]) => [name, element("a", { href: `#${name}` }, title)]);
const heading = element("h1", { tabindex: "-1" }), lead = element("p", { class: "lead" });
const main = element("main", { id: "main" }), panel = element("aside", { class: "lesson", hidden: "" });
document.getElementById("site").replaceChildren(
  element("header", {}, element("nav", { "aria-label": texts.nav }, links.map(([, link]) => link))),
  element("div", { class: "head" }, heading, lead, status),
  main,
  element("footer", {}, element("p", { class: "note" }, filled(texts.about, { model: site.checkpoint })), aboutPoster(), element("p", { class: "note", id: "kept" })),
  panel,
);

wordCards(() => Promise.resolve(site.words));
let shown = null; // the page that is shown
let begunAt = null; // the step of a lesson whose inputs were given last
let begun = false; // whether there has been something in the cards
app.state.watch(() => shown?.show());

/** Returns what says which poster it is whose model this is, where it is one. */
function aboutPoster() {
  if (!site.posters) return null;
  const { words, address } = site.poster;
  return element("p", { class: "note" }, explained(app, words), " ", element("a", { href: address, rel: "noopener" }, address));
}

/** Tells a model that has started which inputs it knows, where that was measured. */
async function known(started) {
  if (!started.ready || !site.familiarity) return started;
  const { file, doubt } = site.familiarity, buffer = await loaded.readBeside(file);
  await started.ask("know", { buffer, doubt, constants: site.constants });
  return started;
}

/** Shows the page that the address names, as it says. */
async function route() {
  const [name, query] = location.hash.slice(1).split("?"), params = new URLSearchParams(query);
  const page = Object.hasOwn(pages, name) ? pages[name] : draw;
  const taught = lessonOf(site.lessons, params.get("lesson")), at = taught && `${taught.lesson.name}.${taught.number}`;
  for (const [each, link] of links) {
    if (pages[each] === page) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  heading.textContent = page.title;
  lead.replaceChildren(...explained(app, page.lead));
  document.title = `${page.title} · ${texts.app}`;
  if (shown !== page) main.replaceChildren(page.body);
  const moved = shown !== null && shown !== page;
  shown = page;
  if (moved) heading.focus();
  page.show();
  showStep(app, panel, main, taught);
  const begins = taught !== null && at !== begunAt; // an answer leaves the step as it is
  begunAt = at;
  if (begins) page.set?.(taught.step.settings);
  if (begins) await beginStep(app, taught.step);
  else if (!begun) await begin(app);
  begun = true;
}

addEventListener("hashchange", route);
route();
const started = await engine;
if (!started.ready) status.textContent = filled(texts.failed, { reason: started.reason });
else if (await keepSite()) document.getElementById("kept").textContent = texts.offline;
