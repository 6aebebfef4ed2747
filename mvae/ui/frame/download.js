// Lists the pictures on the page and saves them as PNG: images, canvases, drawings (SVG) and Plotly's charts, also
// those within components, each of which has a tree of its own (a shadow root).

const SMALLEST = 70; // pixels: what is narrower is an icon
const LONGEST = 60; // letters of a file's name that say what is on the picture
const SHARPNESS = 2; // pixels of the file for one of the page, where a picture is drawn anew
// What a style sheet may say of a drawing, and must be written into it, for it leaves the page without the sheet.
const LOOK = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "opacity",
  "stroke-linejoin", "stroke-linecap", "paint-order", "visibility", "display", "font", "text-anchor", "dominant-baseline",
  "vector-effect"];
const FOUND = "img[alt], canvas, svg, .js-plotly-plot";
const NO_DRAWING = ".upper-canvas, .dc-background-canvas"; // empty ones, above and below a person's drawing
const PASSED_OVER = 'button, a, label, [role="button"], [data-testid="stElementToolbar"]'; // icons within them

export default function ({ data, parentElement }) {
  parentElement.querySelector("p").textContent = data.title;
  const list = parentElement.querySelector("ul");
  const collect = async () => {
    const round = (list.round = (list.round ?? 0) + 1);
    const main = document.querySelector('[data-testid="stMain"]');
    const taken = new Map(); // name of a file -> how many have it
    const items = await Promise.allSettled(pictures(main).map((picture) => item(picture, taken, data)));
    if (round !== list.round) return; // a newer list is on its way
    list.replaceChildren(...items.flatMap(({ value }) => value ?? [])); // one may be gone meanwhile
  };
  collect();
  // The page may go on changing below the open menu.
  let pause;
  const watcher = new MutationObserver(() => {
    clearTimeout(pause);
    pause = setTimeout(collect, 500);
  });
  watcher.observe(document.querySelector('[data-testid="stMain"]'), { subtree: true, childList: true, attributeFilter: ["src"] });
  return () => {
    clearTimeout(pause);
    watcher.disconnect();
  };
}

// All pictures below a node in the page's order, those within shadow roots among them.
function pictures(root) {
  return [...root.querySelectorAll("*")].flatMap((each) => {
    if (each.shadowRoot) return pictures(each.shadowRoot);
    return each.matches(FOUND) && isPicture(each) ? [each] : [];
  });
}

function isPicture(each) {
  const box = each.getBoundingClientRect();
  if (box.width <= SMALLEST || !box.height || each.closest(PASSED_OVER)) return false;
  if (each.matches("img")) return Boolean(each.alt);
  if (each.matches("svg")) return !each.parentElement.closest("svg, .js-plotly-plot") && Boolean(name(each));
  return !each.matches(NO_DRAWING);
}

// What is said of a picture to those who cannot see it: by itself, or by what it is in.
function name(picture) {
  for (let each = picture; each; each = each.parentElement ?? each.getRootNode().host) {
    const said = each.alt || each.getAttribute("aria-label");
    if (said) return said;
    if (each.matches('[data-testid="stElementContainer"]')) return "";
  }
  return "";
}

// What a file is called: page, lesson, the digit that the page reads, and what is on the picture.
function fileName(picture, taken, { lesson, chart }) {
  const title = document.querySelector('[data-testid="stMain"] h1')?.textContent ?? "";
  const label = document.querySelector('.st-key-label :is(.best-label, [data-testid="stMetricValue"])')?.textContent ?? "";
  const words = [title, lesson, label, (name(picture) || chart).slice(0, LONGEST)];
  const plain = words.map((each) => each.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "")).filter(Boolean).join("-");
  const count = (taken.get(plain) ?? 0) + 1;
  taken.set(plain, count);
  return `${plain}${count > 1 ? `-${count}` : ""}.png`;
}

async function item(picture, taken, words) {
  const file = fileName(picture, taken, words);
  const button = document.createElement("button");
  button.type = "button";
  button.title = words.save.replace("{name}", name(picture) || words.chart);
  button.setAttribute("aria-label", button.title);
  const small = new Image();
  small.src = await png(picture);
  small.alt = "";
  button.append(small);
  button.onclick = async () => {
    const link = document.createElement("a");
    link.href = await png(picture); // anew: it may have changed since
    link.download = file;
    link.click();
  };
  const item = document.createElement("li");
  item.append(button);
  return item;
}

// The picture as the address of a PNG.
async function png(picture) {
  if (picture.matches("img")) return picture.src;
  if (picture.matches("canvas")) return painted(picture, picture.width, picture.height);
  const { width, height } = picture.getBoundingClientRect();
  const drawing = new Image();
  drawing.src = address(picture.matches("svg") ? styled(picture, width, height) : chart(picture, width, height));
  await drawing.decode();
  return painted(drawing, width * SHARPNESS, height * SHARPNESS);
}

// On the page's own background: its text may be light or dark.
function painted(source, width, height) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const brush = canvas.getContext("2d");
  brush.fillStyle = getComputedStyle(document.querySelector('[data-testid="stApp"]')).backgroundColor;
  brush.fillRect(0, 0, width, height);
  brush.drawImage(source, 0, 0, width, height);
  return canvas.toDataURL("image/png");
}

function address(svg) {
  return "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(svg));
}

// A copy of a drawing that looks the same without the page's style sheets.
function styled(svg, width, height) {
  const copy = svg.cloneNode(true);
  const copies = [copy, ...copy.querySelectorAll("*")];
  [svg, ...svg.querySelectorAll("*")].forEach((each, place) => {
    const look = getComputedStyle(each);
    for (const property of LOOK) copies[place].style.setProperty(property, look.getPropertyValue(property));
    copies[place].style.setProperty("color", look.color);
  });
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  return copy;
}

// Plotly draws a chart as some layers of the same size.
function chart(plot, width, height) {
  const whole = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const layer of plot.querySelectorAll("svg.main-svg")) whole.append(styled(layer, width, height));
  whole.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  whole.setAttribute("viewBox", `0 0 ${width} ${height}`);
  whole.setAttribute("width", width);
  whole.setAttribute("height", height);
  return whole;
}
