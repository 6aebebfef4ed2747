// How what is missing is imagined: by a sample or the mean, and again.

import { button, choice, element, say } from "./dom.js";

let count = 0; // of these rows: each needs a name of its own

/** Returns {row, show}; the row ends with `more`. */
export function imaginationRow({ state, site: { texts } }, ...more) {
  count += 1;
  const kinds = choice(`imagine-${count}`, Object.entries(texts.kinds), (kind) => {
    state.kind = kind;
    state.changed();
  }, texts.imagineBy);
  const again = button(texts.again, () => {
    state.seed += 1;
    state.changed();
  });
  const how = element("p", { class: "note" });
  return {
    row: element("div", { class: "imagination" }, kinds.row, again, how, more),
    show: () => {
      kinds.show(state.kind);
      again.disabled = state.kind === "mean";
      say(how, texts.how[state.kind]);
    },
  };
}
