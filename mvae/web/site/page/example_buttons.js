// Buttons that give an example of a class: the way to an input for those who cannot draw or speak.

import { element, filled } from "./dom.js";
import { giveExample, hasExamples } from "./examples.js";

/**
 * Returns the buttons, under a line of words.
 *
 * @param {(label: number) => Element} icon what stands before a class's name; or null
 */
export function exampleButtons(app, modality, words, icon = null) {
  const { state, site } = app, { classes } = state.manifest;
  if (!hasExamples(app, modality.name)) return element("p", { class: "note" }, site.texts.noMeans);
  const buttons = classes.map((label, index) => {
    const said = filled(site.texts.example, { title: modality.title, label });
    const made = element("button", { type: "button", class: "pill", "aria-label": said }, icon?.(index) ?? null, label);
    made.addEventListener("click", () => giveExample(app, modality.name, index));
    return made;
  });
  const long = classes.some((label) => label.length > 2);
  return element(
    "div",
    { class: `examples${long ? " named" : ""}`, role: "group", "aria-label": `${modality.title}: ${words}` },
    element("p", { class: "note" }, words),
    element("div", { class: "pills" }, buttons),
  );
}
