// The card of a modality: its switch, its input, examples, Undo and Clear.

import { button, element, filled, say, write } from "./dom.js";
import { drawingInput } from "./drawing_card.js";
import { switchOn } from "./examples.js";
import { colouredBy, lookOf, signOf } from "./looks.js";
import { numbersInput } from "./numbers_card.js";
import { soundInput } from "./sound_card.js";

const INPUTS = { drawing: drawingInput, sound: soundInput, vector: numbersInput };

/** Returns {card, show, sayAlone(html)}: the element, what brings it up to date, and what says what it alone is read as. */
export function inputCard(app, modality) {
  const { state, site } = app, { texts } = site, { name, title } = modality;
  const slot = state.slots[name], look = lookOf(app, name);
  const toggle = element("input", { type: "checkbox", role: "switch", id: `present-${name}` });
  const said = element("span");
  toggle.addEventListener("change", () => switchOn(app, name, toggle.checked));
  const input = INPUTS[modality.kind](app, modality);
  const undo = button(texts.undo, () => state.undo(name), { "aria-label": `${texts.undo}: ${title}` });
  const clear = button(texts.clear, () => state.put(name, null, { present: false }), { "aria-label": `${texts.clear}: ${title}` });
  const complaint = element("p", { class: "complaint", role: "status" });
  const alone = element("div");
  const card = element(
    "section",
    { class: `card input ${modality.kind}`, "aria-label": title, style: colouredBy(look) },
    element("label", { class: "switch" }, toggle, signOf(look), said),
    input.body,
    complaint,
    alone,
    element("div", { class: "buttons" }, undo, clear, ...(input.buttons ?? [])),
  );
  const show = () => {
    const there = slot.prepared !== null;
    toggle.checked = slot.present;
    const word = slot.present ? (there ? texts.present : texts.empty) : texts.missing;
    say(said, filled(texts.state, { title, state: word }));
    card.classList.toggle("absent", !slot.present);
    say(complaint, slot.complaint);
    undo.disabled = !slot.past.length;
    clear.disabled = slot.content === null;
    input.show();
  };
  return { card, show, sayAlone: (html) => write(alone, html) };
}
