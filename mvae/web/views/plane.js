// A map of points, each drawn as the mark of its class. A cross is put by a click or a tap, dragged, or moved by arrow keys.
// What is decoded there follows the pointer at once where the model in the page runs (mvae/web/live/latent.js). A component
// of Streamlit's (mvae/ui/latent/plane.py), which a site without a server calls as Streamlit does.

const STEP = 0.01, FURTHER = 0.05; // of the side, for one press of an arrow key
const TIMEOUT = 1000; // milliseconds after which an answer is no longer waited for
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export default function ({ parentElement, data, setTriggerValue }) {
  const map = parentElement.querySelector(".map");
  map.update ??= prepare(map);
  // No state: that would keep the old place, and the server hears of changes only, so not of one that a button undid.
  // Each has a number: a run that a button breaks off is followed by one in which the same place comes again.
  map.update(data, (place) => setTriggerValue("place", [...place, Date.now() + Math.random()]));
}

// Adds the listeners once; returns the function that takes new data.
function prepare(map) {
  const [canvas, start, cross] = map.children;
  let data, send, drawn; // the last: the points that are drawn
  let wanted = null; // where the person wants the cross, until the server has answered for it
  let asked = null, askedAt = 0; // what the server was asked for last, until it has answered
  let held = false; // while the model in the page follows, the server is asked when the cross is let go
  let ahead = null; // what the model in the page shows until the server has answered, some of {place, start, alt}

  const waiting = () => asked !== null && Date.now() - askedAt < TIMEOUT;
  function ask() {
    asked = String(wanted);
    askedAt = Date.now();
    send(wanted);
  }
  function askIfMoved() {
    if (!held && !waiting() && wanted !== null && String(wanted) !== String(data.place)) ask();
  }
  function go(place, pressed) {
    wanted = place;
    map.classList.remove("hovered");
    put(cross, wanted);
    held = follows(wanted) && pressed;
    askIfMoved();
  }
  const on = (x, y) => [x, y].map((value) => Math.round(1000 * Math.min(1, Math.max(0, value))) / 1000);
  function pointed(event) {
    const box = map.getBoundingClientRect();
    return on((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }

  map.addEventListener("pointerdown", (event) => {
    map.setPointerCapture(event.pointerId);
    go(pointed(event), true);
  });
  map.addEventListener("pointermove", (event) => {
    if (map.hasPointerCapture(event.pointerId)) go(pointed(event), true);
    else map.classList.toggle("hovered", follows(pointed(event)));
  });
  map.addEventListener("lostpointercapture", () => {
    held = false;
    askIfMoved();
  });
  map.addEventListener("pointerleave", () => {
    map.classList.remove("hovered");
    follows(wanted ?? data.place);
  });
  map.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const [x, y] = wanted ?? data.place, step = event.shiftKey ? FURTHER : STEP;
    go(on(x + step * arrow[0], y + step * arrow[1]), false);
  });
  window.addEventListener("mvae-map-ahead", function hear({ detail }) {
    if (!map.isConnected) return window.removeEventListener("mvae-map-ahead", hear);
    ahead = detail;
    mark();
  });
  window.addEventListener("mvae-map-points", function hear() {
    if (!map.isConnected) return window.removeEventListener("mvae-map-points", hear);
    drawIfNew();
  });
  new ResizeObserver(() => drawn && draw(canvas, drawn)).observe(map);

  // The points come with the place on it, or, once for all places, by themselves.
  function drawIfNew() {
    const points = data?.points ? data : window.mvaeMapPoints;
    if (!points || points.name !== data?.name || points.name === drawn?.name) return;
    drawn = points;
    draw(canvas, drawn);
  }

  function mark() {
    map.setAttribute("aria-label", ahead?.alt ?? data.alt);
    put(start, ahead?.start ?? data.start);
    put(cross, ahead?.place ?? wanted ?? data.place);
  }

  return (newData, newSend) => {
    [data, send] = [newData, newSend];
    mark();
    drawIfNew();
    if (waiting() && String(data.place) !== asked) return; // an older answer
    asked = null;
    if (wanted !== null && String(wanted) !== String(data.place)) return askIfMoved(); // it moved on meanwhile
    wanted = null;
    mark();
  };
}

// Tells the model in the page which place is to be decoded; returns whether it does so.
function follows(place) {
  return !window.dispatchEvent(new CustomEvent("mvae-map", { detail: { place }, cancelable: true }));
}

function put(marker, [x, y]) {
  marker.style.left = `${100 * x}%`;
  marker.style.top = `${100 * y}%`;
}

function draw(canvas, { points, middles, colours, marks, paper, units }) {
  const side = canvas.clientWidth, pen = canvas.getContext("2d");
  canvas.width = canvas.height = side * devicePixelRatio;
  pen.scale(devicePixelRatio, devicePixelRatio);
  pen.fillStyle = paper;
  pen.fillRect(0, 0, side, side);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = `600 ${side / 50}px sans-serif`;
  for (let i = 0; i < points.length; i += 3) {
    pen.fillStyle = colours[points[i + 2] % colours.length];
    pen.fillText(marks[points[i + 2]], (points[i] * side) / units, (points[i + 1] * side) / units);
  }
  pen.font = `700 ${side / 16}px sans-serif`;
  pen.strokeStyle = paper;
  pen.lineWidth = 6;
  pen.lineJoin = "round";
  for (const [x, y, label] of middles) {
    const place = [(x * side) / units, (y * side) / units];
    pen.strokeText(marks[label], ...place);
    pen.fillStyle = colours[label % colours.length];
    pen.fillText(marks[label], ...place);
  }
}
