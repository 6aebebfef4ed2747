// Several draws of what is missing, side by side: how sure is the model?

import { element, filled, say } from "./dom.js";

/** Returns {toggle, body, set(on), show(given)}: the switch, the pictures, and what brings them up to date. */
export function waysPart(app) {
  const { state, site } = app, { texts, ways: { count, ...tile } } = site, { classes } = state.manifest;
  const input = element("input", { type: "checkbox", role: "switch", id: "ways" });
  const toggle = element("label", { class: "switch" }, input, element("span", {}, texts.ways.show));
  input.addEventListener("change", () => state.changed());
  const parts = state.modalities.map((modality) => {
    const canvas = element("canvas", { role: "img", "aria-label": modality.title, class: "picture" }), caption = element("figcaption");
    return { modality, canvas, caption, figure: element("figure", {}, canvas, caption) };
  });
  const columns = `columns-${parts.length === 4 ? 2 : Math.min(3, parts.length)}`;
  const body = element("section", { class: `cards ways ${columns}`, "aria-label": texts.ways.caption }, parts.map(({ figure }) => figure));

  const show = async (given) => {
    const names = Object.keys(given), some = names.length > 0 && names.length < parts.length;
    input.disabled = !some;
    body.hidden = !some || !input.checked;
    if (body.hidden) return;
    const rows = Array.from({ length: count }, (_, way) => ({ given: names, noise: state.noiseOf(count * state.drawn() + way) }));
    const answer = await app.ask("complete", { inputs: given, rows }, "ways");
    if (answer.status !== "done") return;
    const made = answer.value.rows, labels = made.map(({ label }) => classes[label]).join(", ");
    for (const { modality, canvas, caption } of parts) {
      const { name, title } = modality;
      canvas.hidden = names.includes(name);
      say(caption, canvas.hidden ? texts.ways.given : `${title}: ${texts.ways.caption}`);
      if (canvas.hidden) continue;
      const pictures = made.map(({ outputs }) => app.views.samplePicture(modality, outputs[name], modality.standardisation, tile));
      app.views.toCanvas(app.views.mosaic(pictures, count / 2), canvas);
      canvas.setAttribute("aria-label", filled(texts.ways.alt, { title, labels }));
    }
  };
  return { toggle, body, set: (on) => { input.checked = on; }, show };
}
