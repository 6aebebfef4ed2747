// A canvas for mouse, finger and pen: one pointer at a time draws, and the state hears of every point.

import { element } from "./dom.js";

const SIDE = 220; // pixels, as in the app
const PEN = 14;

/**
 * Returns {canvas, show(strokes)}.
 *
 * @param {string} name for those who cannot see it
 * @param {string} colour of the ink
 * @param {{begin: (strokes) => void, grow: () => void, strokes: () => number[][][]}} told
 *   of a stroke that begins, with all strokes and it; that the last one has grown; and what is there now
 */
export function drawingCanvas(name, colour, { begin, grow, strokes }) {
  const canvas = element("canvas", { class: "paper", role: "img", "aria-label": name, width: 2 * SIDE, height: 2 * SIDE });
  const pen = canvas.getContext("2d");
  let drawing = null; // the stroke, and the pointer that draws it

  const placeOf = ({ clientX, clientY }) => {
    const box = canvas.getBoundingClientRect();
    return [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
  };
  const show = (all) => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.lineWidth = (canvas.width * PEN) / SIDE;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = colour;
    for (const stroke of all) {
      pen.beginPath();
      const [first, ...others] = stroke.map((point) => point.map((each) => each * canvas.width));
      if (!first) continue;
      pen.moveTo(...first);
      for (const point of others.length ? others : [first]) pen.lineTo(...point);
      pen.stroke();
    }
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (drawing || event.button !== 0) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    drawing = { stroke: [placeOf(event)], pointer: event.pointerId };
    begin([...strokes(), drawing.stroke]);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== drawing?.pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    drawing.stroke.push(...(events.length ? events : [event]).map(placeOf));
    grow();
  });
  const end = ({ pointerId }) => {
    if (pointerId === drawing?.pointer) drawing = null;
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  return { canvas, show };
}

/** Returns a small picture of strokes, for a button. */
export function strokesIcon(strokes) {
  const parts = strokes.map((stroke) => {
    const line = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
    line.setAttribute("points", (stroke.length > 1 ? stroke : [...stroke, ...stroke]).map((point) => point.join(",")).join(" "));
    return line;
  });
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 1 1", class: "strokes", "aria-hidden": "true" })) {
    icon.setAttribute(key, value);
  }
  icon.append(...parts);
  return icon;
}
