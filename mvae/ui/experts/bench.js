// Gaussians to drag, and their product: drawn and computed here while a handle moves. Python has the last word:
// when a handle is let go, the numbers go there, and what comes back is drawn. What Streamlit's widgets say of how many
// there are, and whether the prior is one, counts at once.
const NAMES = ["A", "B", "C", "D"];
const WIDTH = 640, HEIGHT = 380, LEFT = 12, TOP = 34, GROUND = 344, STEP = 0.1;
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };

const density = ([mean, deviation], x) =>
  Math.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * Math.sqrt(2 * Math.PI));
const written = (value) => value.toFixed(2).replace("-", "−");

function product(gaussians) {
  const precision = gaussians.reduce((sum, [, deviation]) => sum + deviation ** -2, 0);
  const mean = gaussians.reduce((sum, [mean, deviation]) => sum + mean * deviation ** -2, 0) / precision;
  return [mean, precision ** -0.5];
}

function element(parent, name, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return parent.appendChild(made);
}

function formula(gaussians, [mean, deviation]) {
  const row = (...parts) => `<mrow>${parts.join("")}</mrow>`;
  const mi = (text) => `<mi>${text}</mi>`, mo = (text) => `<mo>${text}</mo>`, mn = (text) => `<mn>${text}</mn>`;
  const over = (top, bottom) => `<mfrac>${row(top)}${row(bottom)}</mfrac>`;
  const number = (value) => (value < 0 ? row(mo("("), mn(written(value)), mo(")")) : mn(written(value)));
  const square = (inner) => `<msup>${inner}${mn(2)}</msup>`;
  const sum = (terms) => terms.join(mo("+"));
  const indexed = (name) => `<msub>${mi(name)}${mi("i")}</msub>`;
  const squaredIndexed = `<msubsup>${mi("σ")}${mi("i")}${mn(2)}</msubsup>`;
  const all = `<munder>${mo("∑")}${mi("i")}</munder>`;
  const precisions = gaussians.map(([, each]) => over(mn(1), square(mn(written(each)))));
  const weighted = gaussians.map(([each, spread]) => over(mn(written(each)), square(mn(written(spread)))));
  const precision = deviation ** -2;
  const lines = [
    row(over(mn(1), square(mi("σ"))), mo("="), all, over(mn(1), squaredIndexed)),
    row(mo("="), sum(precisions), mo("="), mn(written(precision))),
    row(mi("μ"), mo("="), square(mi("σ")), all, over(indexed("μ"), squaredIndexed)),
    row(mo("="), over(mn(1), mn(written(precision))), mo("("), sum(weighted), mo(")")),
    row(mi("μ"), mo("="), number(mean), mo(","), `<mspace width="1em"/>`, mi("σ"), mo("="), mn(written(deviation))),
  ];
  return lines.map((line) => `<div><math displaystyle="true">${line}</math></div>`).join("");
}

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".bench"), svg = root.querySelector("svg");
  const state = (root.state ??= { busy: false, handles: [] });
  if (state.busy) return; // an answer to an earlier move must not pull a handle away
  state.look = (gaussians) => {
    const { count, prior } = said(data), all = [...gaussians, ...data.gaussians.slice(gaussians.length)];
    Object.assign(state, { prior, gaussians: all.slice(0, count).map((pair) => [...pair]) });
  };
  state.look(data.gaussians);
  const { furthest, narrowest, widest, words } = data;
  const edge = furthest + 1, scale = (WIDTH - 2 * LEFT) / (2 * edge);
  const across = (x) => LEFT + (x + edge) * scale;
  state.send = () => setTriggerValue("gaussians", state.gaussians);

  function set(index, part, value) {
    const [low, high] = part === 0 ? [-furthest, furthest] : [narrowest, widest];
    state.gaussians[index][part] = Math.round(Math.min(high, Math.max(low, value)) * 100) / 100;
    state.draw();
  }

  function addHandle(index, part) {
    const [low, high] = part === 0 ? [-furthest, furthest] : [narrowest, widest];
    const handle = element(svg, "g", {
      class: "handle", role: "slider", tabindex: 0, "aria-valuemin": low, "aria-valuemax": high,
      "aria-label": words[part === 0 ? "mean" : "width"].replace("{name}", NAMES[index]),
    });
    element(handle, "circle", { class: "reach", r: 22 });
    element(handle, "circle", { class: "ring", r: 14 });
    const look = { class: "knob", fill: data.looks[NAMES[index]][0] };
    if (part === 0) element(handle, "circle", { ...look, r: 9 });
    else element(handle, "rect", { ...look, x: -8, y: -8, width: 16, height: 16 });
    let grip = null;
    const at = (event) => (event.clientX - svg.getBoundingClientRect().left) * WIDTH / svg.getBoundingClientRect().width;
    // A finger must not scroll the page instead; browsers do not obey the style touch-action within an SVG.
    handle.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    handle.addEventListener("pointerdown", (event) => {
      handle.setPointerCapture(event.pointerId);
      state.busy = true;
      grip = state.gaussians[index][part] - at(event) / scale;
    });
    handle.addEventListener("pointermove", (event) => {
      if (grip !== null) set(index, part, grip + at(event) / scale);
    });
    handle.addEventListener("lostpointercapture", () => {
      grip = null;
      state.busy = false;
      state.send();
    });
    handle.addEventListener("keydown", (event) => {
      const value = state.gaussians[index][part];
      const to = { Home: low, End: high }[event.key] ?? (event.key in KEYS ? value + KEYS[event.key] * STEP : null);
      if (to === null) return;
      event.preventDefault();
      state.busy = true;
      set(index, part, to);
    });
    const settle = () => {
      if (!state.busy || grip !== null) return;
      state.busy = false;
      state.send();
    };
    handle.addEventListener("keyup", settle);
    handle.addEventListener("blur", settle);
    return handle;
  }

  function build() {
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", words.chart);
    element(svg, "line", { class: "axis", x1: LEFT, x2: WIDTH - LEFT, y1: GROUND, y2: GROUND });
    for (let x = -furthest; x <= furthest; x++)
      element(svg, "text", { class: "tick", x: across(x), y: GROUND + 22 }).textContent = String(x).replace("-", "−");
    state.curves = Object.fromEntries(["product", "prior", ...NAMES].map((name) => {
      const [stroke, dashes] = data.looks[name];
      const path = element(svg, "path", { class: `curve ${name}`, stroke, "stroke-dasharray": dashes });
      if (name === "product") path.setAttribute("fill", stroke), path.style.fill = stroke;
      return [name, { path, text: element(svg, "text", {}) }];
    }));
    state.handles = state.gaussians.flatMap((_, index) => [addHandle(index, 0), addHandle(index, 1)]);
  }

  state.draw = () => {
    const fused = state.prior ? [[0, 1], ...state.gaussians] : state.gaussians;
    const whole = product(fused);
    const shown = { product: whole, ...(state.prior && { prior: [0, 1] }) };
    state.gaussians.forEach((pair, index) => (shown[NAMES[index]] = pair));
    const highest = Math.max(...Object.values(shown).map((pair) => density(pair, pair[0])));
    const up = (value) => GROUND - (GROUND - TOP) * value / highest;
    for (const [name, { path, text }] of Object.entries(state.curves)) {
      const pair = shown[name];
      path.style.display = text.style.display = pair ? "" : "none";
      if (!pair) continue;
      const points = Array.from({ length: 301 }, (_, step) => -edge + 2 * edge * step / 300);
      path.setAttribute("d", "M" + points.map((x) => `${across(x).toFixed(1)} ${up(density(pair, x)).toFixed(1)}`).join("L"));
      text.textContent = words[name] ?? name;
      text.setAttribute("x", across(pair[0]));
      text.setAttribute("y", up(density(pair, pair[0])) - (name in words ? 10 : 16));
    }
    state.handles.forEach((handle, place) => {
      const pair = state.gaussians[place >> 1], part = place % 2;
      const x = pair[0] + part * pair[1];
      handle.setAttribute("transform", `translate(${across(x)} ${up(density(pair, x))})`);
      handle.setAttribute("aria-valuenow", pair[part]);
      handle.setAttribute("aria-valuetext", written(pair[part]));
    });
    const panel = root.querySelector(".formula");
    panel.innerHTML = formula(fused, whole);
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", words.formula);
  };

  state.show = () => {
    if (state.handles.length !== 2 * state.gaussians.length) build();
    state.draw();
  };
  state.show();
  state.ending ??= followed(state);
  return () => {
    state.ending.abort();
    delete state.ending;
  };
}

/** What the widgets say, or the server where they are not there: {count, prior}. */
function said({ count, prior }) {
  const options = [...document.querySelectorAll(`.st-key-${count.key} [role="radio"]`)];
  const place = options.findIndex((each) => each.getAttribute("aria-checked") === "true");
  return {
    count: place < 0 ? count.value : count.fewest + place,
    prior: document.querySelector(`.st-key-${prior.key} input`)?.checked ?? prior.value,
  };
}

/** Draws anew once a widget may say something else; returns what ends that. */
function followed(state) {
  const ending = new AbortController();
  for (const kind of ["click", "keyup"]) {
    document.addEventListener(kind, ({ target }) => {
      if (!target.closest?.('[class*="st-key-experts-bench-"]')) return;
      requestAnimationFrame(() => { // React has heard of it, too
        if (state.busy) return;
        state.look(state.gaussians); // the server may not have heard of the last move
        state.show();
      });
    }, { capture: true, signal: ending.signal });
  }
  return ending;
}
