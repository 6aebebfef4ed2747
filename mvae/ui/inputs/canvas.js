// Collects the strokes of a canvas and gives it whole ones: each is drawn with the mouse, at once, when it is over.
//
// The canvas's own library hears every finger on the screen. With a second one it waits for both, and then
// keeps what the last one drew; of a touch that the system cancels it hears nothing. Here one pointer at a
// time draws on a canvas, the ink it leaves is shown above the canvas, and what was shown is kept, however it ends.
//
// Whoever wants to know what is on the canvas while the pen moves hears `mvae-pen` on the window: the modality, the
// version of the canvas, the strokes with which it began (in units of its side), those drawn on it since (in its
// pixels; the arrays grow while the pen moves), and whether the pen is down.
//
// What is drawn while the server cannot be reached, it is told when it can be again: Streamlit would leave it unsaid.
//
// The canvas gets a name for those who cannot see it, and loses its toolbar: until the mouse comes near, that lies
// invisibly over its upper right corner, and then over the widgets above.

const STARTED = 3; // pixels that a finger moves before it draws; until then it may be a hand that rests
const PALM = 100; // pixels across: twice a fingertip
const OFTEN = 6; // milliseconds from one word of a place to the next, of devices that give a thousand places a second
// The server hears no message of more than 100,000 pieces (mvae/ui/quotas.py), and all canvases come in one.
const MOST = 46_000; // pieces of what is on a canvas
const A_POINT = 6; // pieces, of a curve to a point: its letter, four numbers, its list
const A_STROKE = 60; // pieces, of what the canvas tells of a stroke besides

export default function ({ parentElement, data }) {
  parentElement.strokes ??= collect(data);
  parentElement.strokes.begin(data);
  parentElement.dressed ??= dress(data);
  return () => {
    parentElement.dressed.stop();
    delete parentElement.dressed;
    parentElement.strokes.stop();
    delete parentElement.strokes;
  };
}

// Names the canvas in the container with this class and hides its toolbar, whenever it is made anew.
function dress({ container, name }) {
  const style = new CSSStyleSheet();
  style.replaceSync(".dc-toolbar { display: none !important; }");
  const selector = `[class*="${container}"]`;
  let asked = 0;
  const look = () => {
    asked = 0;
    const found = hosts(container);
    for (const host of found) {
      if (host.shadowRoot.adoptedStyleSheets.includes(style)) continue;
      host.shadowRoot.adoptedStyleSheets.push(style);
      host.setAttribute("role", "group");
      host.setAttribute("aria-label", name);
    }
    if (!found.length && document.querySelector(selector)) lookSoon(); // nobody tells of shadow roots
  };
  const lookSoon = () => { asked ||= requestAnimationFrame(look); };
  const holds = (node) => node instanceof Element && (node.matches(selector) || node.querySelector(selector));
  const watcher = new MutationObserver((records) => { // to look takes long, and all of the page changes all the time
    const concerns = ({ target, addedNodes, removedNodes }) =>
      target.closest(selector) || [...addedNodes, ...removedNodes].some(holds);
    if (records.some(concerns)) lookSoon();
  });
  watcher.observe(document.body, { subtree: true, childList: true });
  lookSoon();
  return {
    stop() {
      watcher.disconnect();
      cancelAnimationFrame(asked);
    },
  };
}

// Returns the elements in the container with this class in whose shadow a component is drawn.
function hosts(container) {
  return [...document.querySelectorAll(`[class*="${container}"] *`)].filter((element) => element.shadowRoot);
}

// Adds the listeners for the canvas in the container with this class; `stop` on what is returned takes them away.
function collect({ container, modality, colour, width }) {
  const ending = new AbortController();
  const down = new Map(); // pointer's id -> its stroke, of all that lie on the canvas
  let drawing = null; // the one of them that leaves ink
  let used = 0; // pieces of what is on the canvas
  let version = null; // of the canvas on which they are
  let initial = []; // strokes with which it began
  let drawn = []; // those that were drawn since
  let handing = false; // whether what the canvas hears is a stroke that is handed to it

  const findPaper = () => hosts(container)
    .map((host) => host.shadowRoot.querySelector("canvas.upper-canvas")).find(Boolean);
  const isPaper = (element) => element instanceof HTMLCanvasElement && element.matches(".upper-canvas")
    && element.getRootNode().host?.closest(`[class*="${container}"]`);

  function press(event) {
    const paper = event.composedPath()[0];
    if (!isPaper(paper) || event.button !== 0) return;
    keepAway(paper);
    // No other finger is down, or it is the only mouse: the end of what came before was not told.
    if (drawing && event.isPrimary && event.pointerType === drawing.type) end(drawing);
    const { pointerId: id, pointerType: type } = event;
    const stroke = {
      id, type, paper, points: [place(paper, event)], early: false, told: 0, // when others were told of it last
      moved: false, away: isPalm(event), ink: null,
    };
    down.set(id, stroke);
    if (drawing && !(type === "pen" && drawing.type !== "pen")) stroke.away = true;
    else if (type !== "touch") begin(stroke);
    if (type !== "touch") paper.setPointerCapture(id); // touches are captured anyway
  }

  function move(event) {
    const stroke = down.get(event.pointerId);
    if (!stroke || stroke.away) return;
    if (event.buttons === 0) return lift(event); // it was let go where nobody heard of it
    const isKnown = reach(stroke, event, false), [x, y] = stroke.points.at(-1), [startX, startY] = stroke.points[0];
    if (stroke !== drawing) {
      stroke.away = isPalm(event);
      stroke.moved ||= Math.hypot(x - startX, y - startY) >= STARTED;
      if (stroke.moved) requestAnimationFrame(choose); // the browser tells of fingers that move at once in any order
    } else {
      if (stroke.points.length > room()) {
        stroke.points = thinned(stroke.points, room() / 2);
        drawn[drawn.length - 1] = stroke.points;
      }
      show(stroke);
      if (!isKnown) tellOf(stroke, event);
    }
  }

  // Takes a place of which the browser tells at once. It tells of a move only with the next frame, and of the last
  // place alone, which then takes the place of this one.
  function moveEarly(event) {
    const stroke = down.get(event.pointerId);
    if (!stroke || stroke !== drawing || event.buttons === 0 || event.timeStamp - stroke.told < OFTEN) return;
    if (!reach(stroke, event, true)) tellOf(stroke, event);
  }

  function tellOf(stroke, { timeStamp }) {
    stroke.told = timeStamp;
    tellOthers(true);
  }

  // Leads a stroke to where its pointer is; whether it is there already.
  function reach(stroke, event, early) {
    moveToPage(stroke);
    const [x, y] = place(stroke.paper, event), before = stroke.early ? stroke.points.pop() : null;
    stroke.points.push([x, y]);
    stroke.early = early;
    return before !== null && before[0] === x && before[1] === y;
  }

  // How many points a stroke may have: a quarter of what is left, so that something is left for the next.
  const room = () => Math.max(8, (MOST - used) / A_POINT / 4);

  // Lets the finger draw that came first of those that have moved.
  function choose() {
    const chosen = [...down.values()].find((stroke) => stroke.moved && !stroke.away);
    if (chosen && !drawing) begin(chosen);
  }

  function lift(event) {
    const stroke = down.get(event.pointerId);
    down.delete(event.pointerId);
    if (!stroke || stroke.away) return;
    if (stroke !== drawing) begin(stroke); // a dot
    if (stroke === drawing) end(stroke);
  }

  function cancel(event) {
    const stroke = down.get(event.pointerId);
    down.delete(event.pointerId);
    if (stroke && stroke === drawing) end(stroke);
  }

  // Lets a stroke leave ink, and no other pointer that lies on the canvas now.
  function begin(stroke) {
    if (drawing) end(drawing);
    if (used >= MOST) return; // a thousand strokes: who would see one more?
    for (const other of down.values()) other.away = other !== stroke;
    drawing = stroke;
    stroke.ink = document.createElement("canvas");
    stroke.ink.style.cssText = "position: absolute; left: 0; top: 0; pointer-events: none;";
    drawn.push(stroke.points);
    moveToPage(stroke);
    show(stroke);
    tellOthers(true);
  }

  // Ends the stroke that leaves ink: the canvas gets it, and shows it from the next frame on.
  function end(stroke) {
    moveToPage(stroke);
    drawing = null;
    stroke.away = true;
    tellOthers(false);
    used += A_STROKE + A_POINT * stroke.points.length;
    handing = true;
    const { paper, points, ink } = stroke, box = paper.getBoundingClientRect(), shown = shownAt(paper);
    const say = (type, [x, y], buttons) => paper.dispatchEvent(new PointerEvent(type, {
      bubbles: true, composed: true, cancelable: true, view: window, buttons, isPrimary: true,
      clientX: box.left + shown * x, clientY: box.top + shown * y, // a PointerEvent has fractions of pixels, a MouseEvent has not
    }));
    say("mousedown", points[0], 1);
    for (const point of points.slice(1)) say("mousemove", point, 1);
    say("mouseup", points.at(-1), 0);
    handing = false;
    queueMicrotask(() => tell(paper)); // the canvas notes what is drawn in a microtask, too
    requestAnimationFrame(() => ink.remove());
  }

  // Where the canvas was made anew during a stroke, the stroke goes on there.
  function moveToPage(stroke) {
    if (!stroke.paper.isConnected) stroke.paper = findPaper() ?? stroke.paper;
    const { ink, paper } = stroke;
    if (!ink || ink.parentNode === paper.parentNode) return;
    [ink.width, ink.height] = [paper.width, paper.height];
    paper.after(ink);
    show(stroke);
  }

  // Paints a stroke as the canvas will: curves through the middles between its points.
  function show({ ink, points }) {
    const pen = ink.getContext("2d"), [[x, y], ...others] = points;
    pen.clearRect(0, 0, ink.width, ink.height);
    [pen.strokeStyle, pen.lineWidth, pen.lineCap, pen.lineJoin] = [colour, width, "round", "round"];
    pen.beginPath();
    pen.moveTo(x, y);
    let before = [x, y];
    for (const point of others) {
      pen.quadraticCurveTo(...before, (before[0] + point[0]) / 2, (before[1] + point[1]) / 2);
      before = point;
    }
    pen.lineTo(before[0] + (others.length ? 0 : 0.01), before[1]);
    pen.stroke();
  }

  function tellOthers(down) {
    window.dispatchEvent(new CustomEvent("mvae-pen", { detail: { modality, version, initial, drawn, down } }));
  }

  // Keeps from the canvas, and from the browser's own gestures, what is collected here.
  function keepAway(paper) {
    for (const type of ["touchstart", "mousedown", "mousemove"]) {
      paper.parentNode.addEventListener(type, swallow, { capture: true, passive: false });
    }
    paper.parentNode.addEventListener("contextmenu", refuseWhileDown);
  }
  function swallow(event) {
    if (handing || event.button || (event.type === "mousemove" && !down.size)) return;
    event.stopImmediatePropagation();
    if (event.type === "touchstart") event.preventDefault();
  }
  function refuseWhileDown(event) {
    if (down.size) event.preventDefault();
  }

  const endAll = () => drawing && end(drawing);
  const listen = (target, type, heard) => {
    target.addEventListener(type, heard, { capture: true, signal: ending.signal });
  };
  listen(window, "pointerdown", press);
  listen(window, "pointerrawupdate", moveEarly); // where browsers have it
  listen(window, "pointermove", move);
  listen(window, "pointerup", lift);
  listen(window, "pointercancel", cancel);
  listen(window, "pagehide", endAll);
  const app = document.querySelector('[data-testid="stApp"]');
  let before = app?.dataset.testConnectionState;
  const connection = new MutationObserver(() => {
    const { testConnectionState: now } = app.dataset;
    if (now === "CONNECTED" && before !== now && drawn.length) tell(findPaper());
    before = now;
  });
  if (app) connection.observe(app, { attributeFilter: ["data-test-connection-state"] });
  listen(document, "visibilitychange", () => document.hidden && endAll());
  return {
    begin(data) {
      if (version === data.version) return;
      [version, used, initial] = [data.version, data.pieces, data.paths.map((path) => pointsOf(path, data.side))];
      drawn = drawing ? [drawing.points] : [];
      if (drawing) tellOthers(true);
    },
    stop() {
      endAll();
      ending.abort();
      connection.disconnect();
    },
  };
}

// Returns where on the canvas something is, in its own pixels, however large it is shown.
function place(paper, { clientX, clientY }) {
  const { left, top } = paper.getBoundingClientRect(), shown = shownAt(paper);
  return [(clientX - left) / shown, (clientY - top) / shown];
}

// Returns how many of the window's pixels one of a canvas's is.
function shownAt(paper) {
  return paper.getBoundingClientRect().width / parseFloat(paper.style.width) || 1;
}

// A path "M 1 2 L 3 4" as points in units of the canvas's side.
function pointsOf(path, side) {
  return Array.from(path.matchAll(/(\S+) (\S+)(?: [ML] |$)/g), ([, x, y]) => [x / side, y / side]);
}

// Leaves out points that are near the one before, so that so many are left at the most.
function thinned(points, most) {
  for (let distance = 1; points.length > most; distance *= 2) {
    let [x, y] = points[0];
    const last = points.at(-1);
    points = points.filter(([otherX, otherY], number) => {
      const far = number === 0 || Math.hypot(otherX - x, otherY - y) >= distance;
      if (far) [x, y] = [otherX, otherY];
      return far;
    });
    if (points.at(-1) !== last) points.push(last);
  }
  return points;
}

// Lets the canvas say at once what is drawn: by itself it waits for 0.2 s, in which Undo or Clear would be told first.
function tell(paper) {
  paper?.getRootNode().querySelector(".dc-toolbar button")?.click(); // "Update the app with this drawing"
}

const isPalm = ({ pointerType, width, height }) => pointerType === "touch" && Math.max(width, height) >= PALM;
