// Gaussians in a plane, each as two ellipses, one and two standard deviations around its mean, with its name beside it.
// What the model in the page says goes before what the server says (mvae/web/live/plane.js).
const HEIGHT = 560, LEFT = 56, RIGHT = 8, TOP = 8, BOTTOM = 48; // pixels
const LETTER = 8, LINE = 20; // width of a letter and height of a line of the names, in pixels
const APART = 60; // pixels between ticks at the least
const POINTS = 65;
const MARKS = { // around their middle, 9 pixels wide
  circle: "M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0", square: "M-4.5 -4.5h9v9h-9z", diamond: "M0 -5.9L5.9 0L0 5.9L-5.9 0z",
  cross: "M-1.8 -5.4h3.6v3.6h3.6v3.6h-3.6v3.6h-3.6v-3.6h-3.6v-3.6h3.6z", "triangle-up": "M0 -4.5L5.2 4.5H-5.2z",
  "triangle-down": "M0 4.5L5.2 -4.5H-5.2z", bowtie: "M-4.5 -4.5L4.5 4.5V-4.5L-4.5 4.5z",
  star: "M0 -6L1.4 -1.9L5.7 -1.9L2.2 0.7L3.5 4.9L0 2.3L-3.5 4.9L-2.2 0.7L-5.7 -1.9L-1.4 -1.9z",
};

export default function ({ parentElement, data }) {
  const place = parentElement.querySelector(".ellipses");
  place.chart ??= new Chart(place);
  place.chart.told = data;
  place.chart.draw();
  return () => {
    place.chart?.stop();
    delete place.chart;
  };
}

class Chart {
  told; // by the server
  #ahead = null; // what goes before that
  #place;
  #ending = new AbortController();
  #watcher = new ResizeObserver(() => this.draw());

  constructor(place) {
    this.#place = place;
    window.addEventListener("mvae-ellipses", ({ detail }) => {
      this.#ahead = detail;
      this.draw();
    }, { signal: this.#ending.signal });
    this.#watcher.observe(place);
  }

  stop() {
    this.#ending.abort();
    this.#watcher.disconnect();
  }

  draw() {
    const { alt, ...drawn } = this.#ahead ?? this.told, width = this.#place.clientWidth;
    if (!width) return;
    const svg = element("svg", { role: "img", "aria-label": alt, width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` });
    svg.append(...chart(drawn, width));
    this.#place.replaceChildren(svg);
  }
}

function chart({ shapes, bounds, titles }, width) {
  const frame = framed(bounds, width);
  return [
    ...axes(frame, titles),
    ...shapes.map((shape) => gaussian(shape, frame)),
    ...names(shapes, frame),
  ];
}

/** Where the plane lies in the picture: its sides, and how a place in it becomes one of the picture. */
function framed([[left, right], [bottom, top]], width) {
  const scale = Math.min((width - LEFT - RIGHT) / (right - left), (HEIGHT - TOP - BOTTOM) / (top - bottom));
  const x0 = LEFT + (width - LEFT - RIGHT - scale * (right - left)) / 2;
  const y0 = TOP + (HEIGHT - TOP - BOTTOM - scale * (top - bottom)) / 2;
  return {
    scale, sides: [[left, right], [bottom, top]],
    across: (x) => x0 + scale * (x - left),
    down: (y) => y0 + scale * (top - y),
  };
}

function axes({ scale, sides: [[left, right], [bottom, top]], across, down }, titles) {
  const step = rounded(APART / scale), parts = [];
  for (const y of ticks(bottom, top, step)) {
    parts.push(element("path", { class: "line", d: `M${across(left)} ${down(y)}H${across(right)}` }));
    parts.push(element("text", { class: "tick", x: across(left) - 8, y: down(y) + 4, "text-anchor": "end" }, written(y)));
  }
  for (const x of ticks(left, right, step)) {
    parts.push(element("text", { class: "tick", x: across(x), y: down(bottom) + 16 }, written(x)));
  }
  const middle = down((bottom + top) / 2), beside = across(left) - 44;
  parts.push(element("text", { class: "title", x: across((left + right) / 2), y: down(bottom) + 40 }, titles[0]));
  parts.push(element("text", { class: "title", transform: `translate(${beside} ${middle}) rotate(-90)` }, titles[1]));
  return parts;
}

/** The next of 1, 2 and 5 times a power of ten. */
function rounded(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((each) => each * power >= least) ?? 10);
}

function ticks(low, high, step) {
  const first = Math.ceil(low / step), count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, at) => Number(((first + at) * step).toPrecision(6)));
}

function gaussian({ expert, name, look: { colour, dash, symbol }, mean, covariance, faint }, { across, down }) {
  const lines = [1, 2].map((deviations) => around(mean, covariance, deviations)
    .map(([x, y], at) => `${at ? "L" : "M"}${across(x).toFixed(1)} ${down(y).toFixed(1)}`).join(""));
  const drawn = element("g", { "data-expert": expert, class: faint ? "faint" : "" });
  drawn.append(element("path", { class: "outline", d: lines.join(""), stroke: colour, "stroke-dasharray": dash }));
  const mark = element("path", { d: MARKS[symbol], fill: colour, transform: `translate(${across(mean[0])} ${down(mean[1])})` });
  mark.append(element("title", {}, `${name}: ${mean.map((each) => each.toFixed(1).replace("-", "−")).join(", ")}`));
  drawn.append(mark);
  return drawn;
}

/** The points of a closed line, so many standard deviations around a mean: the circle, by the covariance's Cholesky root. */
function around([x, y], [[xx, xy], [, yy]], deviations) {
  const first = Math.sqrt(xx), mixed = xy / first, second = Math.sqrt(Math.max(0, yy - mixed * mixed));
  return Array.from({ length: POINTS }, (_, at) => {
    const angle = (2 * Math.PI * at) / (POINTS - 1), [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return [x + deviations * first * cos, y + deviations * (mixed * cos + second * sin)];
  });
}

function names(shapes, frame) {
  const places = namePlaces(shapes, frame);
  return shapes.map(({ name, look, faint }, at) => {
    const [x, y] = [frame.across(places[at][0]), frame.down(places[at][1]) + 5];
    const text = element("text", { class: faint ? "name faint" : "name", x, y });
    text.append(element("tspan", { fill: look.colour }, look.sign), ` ${name}`);
    return text;
  });
}

/** Where the middle of each name lies: beside its ellipse, off other names, in the frame. */
export function namePlaces(shapes, { scale, sides }) {
  const placed = [];
  for (const { name, mean, covariance } of shapes) {
    const half = [(LETTER * (name.length + 2)) / 2 / scale, LINE / 2 / scale];
    const reach = half.map((each, axis) => 2 * Math.sqrt(covariance[axis][axis]) + each);
    const towards = sides.map(([low, high], axis) => (mean[axis] >= (low + high) / 2 ? 1 : -1));
    const candidates = [[0, towards[1]], [0, -towards[1]], [-towards[0], 0], [towards[0], 0]]
      .map((side) => side.map((each, axis) => mean[axis] + reach[axis] * each));
    const trouble = (place) => {
      const outside = place.reduce((sum, each, axis) => sum + Math.max(0, sides[axis][0] - each + half[axis])
        + Math.max(0, each + half[axis] - sides[axis][1]), 0);
      const overlaps = placed.reduce((sum, other) => sum + place.reduce((area, each, axis) =>
        area * Math.max(0, half[axis] + other.half[axis] - Math.abs(each - other.place[axis])), 1), 0);
      return outside / (half[0] + half[1]) + overlaps / (half[0] * half[1]);
    };
    const troubles = candidates.map(trouble);
    placed.push({ place: candidates[troubles.indexOf(Math.min(...troubles))], half });
  }
  return placed.map(({ place }) => place);
}

function written(value) {
  return String(value).replace("-", "−");
}

function element(name, attributes, text = null) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== null) made.textContent = text;
  return made;
}
