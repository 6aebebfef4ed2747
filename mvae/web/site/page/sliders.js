// Sliders over the most active dimensions, and what the decoders make of the latent while one moves.

import { decodedPart } from "./decoded.js";
import { beforePaint, button, choice, element, filled } from "./dom.js";

const SPAN = 3; // standard deviations to either side of the start
const COUNTS = [8, 16, 32];

/** Returns {body, begin(start), show}. */
export function slidersTab(app) {
  const { site } = app, words = site.texts.latent;
  const panel = element("div", { class: "sliders" }), decoded = decodedPart(app);
  let count = COUNTS[0], start = null, latent = null;
  const counts = choice("shown", COUNTS.filter((each, i) => !i || COUNTS[i - 1] < site.ranking.length).map((each) => [each, String(each)]), (chosen) => {
    count = chosen;
    build();
  }, words.shown);

  const decode = async () => {
    const answer = await app.ask("decode", { latents: latent }, "sliders");
    if (answer.status === "done") decoded.show(answer.value);
  };
  const soon = beforePaint(decode);

  const build = () => {
    counts.show(count);
    panel.replaceChildren(...site.ranking.slice(0, count).map((index) => {
      const middle = start.mean[index], span = SPAN * Math.hypot(site.deviation[index], Math.sqrt(start.variance[index]));
      const value = element("output");
      const input = element("input", { type: "range", min: middle - span, max: middle + span, step: span / 50 });
      input.value = latent[index];
      const said = () => { value.textContent = latent[index].toFixed(2); };
      input.addEventListener("input", () => {
        latent[index] = input.valueAsNumber;
        said();
        soon();
      });
      said();
      const name = filled(words.dimension, { index, kl: site.kl[index].toFixed(2) });
      return element("label", { class: "slider" }, element("span", {}, name), input, value);
    }));
  };
  const begin = (from) => {
    start = from;
    latent = start.mean.slice();
    build();
  };
  const reset = button(words.reset, () => {
    begin(start);
    decode();
  });
  const body = element(
    "div", { class: "split" },
    element(
      "section", { class: "card", "aria-label": words.tabs.sliders },
      element("div", { class: "row" }, element("span", { class: "note" }, words.shown), counts.row, reset), panel,
    ),
    decoded.body,
  );
  return { body, begin, show: decode };
}
