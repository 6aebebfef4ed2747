// Lets a click that leaves the page wait until all that was put in has arrived at the server.
//
// Canvases and sliders tell what they have got 0.2 s later, a recording and a file once they are uploaded. A page
// that is left sooner never tells it, or tells it to the page that came after it. So who leaves waits for this
// silence, then asks the server for an answer, which it gives when all that it was told before is done.

const SILENCE = 300; // milliseconds; the longest pause between an input and its message is 200
const UPLOAD_BEGINS = 5000; // milliseconds from the end of a recording, at the most
const UPLOAD = 60_000; // milliseconds for which a person who leaves waits for an upload, at the most
const ANSWER = 15_000; // the same for the server's answer: it may be loading torch
const NEW_PAGE = 5000; // milliseconds for which the old page takes no input, at the most
const INPUTS = ["pointerdown", "pointerup", "pointercancel", "touchend", "click", "keydown", "keyup", "input", "change",
  "drop", "paste"];
const IS_MAC = navigator.platform.startsWith("Mac");
const STOP = '[class*="st-key-microphone-"] [aria-label="Stop recording"]';

export default function ({ data, setStateValue }) {
  const exit = (window.mvaeExit ??= watch());
  exit.ask = (number) => setStateValue("asked", number);
  exit.answered = data.answered;
  if (data.run === exit.run) return;
  exit.run = data.run;
  exit.open?.(); // another page is here
}

function watch() {
  const exit = { told: true, last: -SILENCE, recorded: -UPLOAD_BEGINS, uploads: 0, pressed: new Set(), asked: Date.now() };
  for (const kind of INPUTS) addEventListener(kind, (event) => note(exit, event), { capture: true, passive: true });
  addEventListener("click", (event) => clicked(exit, event), true);
  window.navigation?.addEventListener("navigate", (event) => turned(exit, event));
  countUploads(exit);
  return exit;
}

function note(exit, event) {
  if (event.type === "pointerup" || event.type === "pointercancel") exit.pressed.delete(event.pointerId);
  if (!event.isTrusted || pageLink(event)) return;
  if (event.type === "pointerdown") exit.pressed.add(event.pointerId);
  exit.told = false;
  exit.last = performance.now();
  if (event.type === "click" && event.target.closest?.(STOP)) exit.recorded = exit.last;
}

function countUploads(exit) {
  const send = XMLHttpRequest.prototype.send;
  XMLHttpRequest.prototype.send = function (body) {
    if (body instanceof FormData) {
      exit.told = false;
      exit.uploads += 1;
      exit.recorded = -UPLOAD_BEGINS;
      this.addEventListener("loadend", () => {
        exit.uploads -= 1;
        exit.last = performance.now();
      });
    }
    return send.call(this, body);
  };
}

function clicked(exit, event) {
  const link = pageLink(event);
  if (!link) return;
  if (event.shiftKey || (IS_MAC ? event.metaKey : event.ctrlKey)) {
    event.stopImmediatePropagation(); // Streamlit would leave the page; the browser opens another tab or window
    return;
  }
  if (exit.told) {
    close(exit);
    return;
  }
  hold(exit, event, () => {
    const href = link.getAttribute("href");
    const same = link.isConnected ? link : document.querySelector(`a[href="${CSS.escape(href)}"]`);
    same?.click();
  });
}

// The browser's Back and Forward; a browser that does not let them be held leaves at once.
function turned(exit, event) {
  const { key, sameDocument, url } = event.destination;
  const otherPage = sameDocument && new URL(url).pathname !== location.pathname;
  if (event.navigationType !== "traverse" || !otherPage) return;
  if (exit.told || !event.cancelable) close(exit);
  else hold(exit, event, () => navigation.traverseTo(key));
}

// The latest way out is the one that is taken.
async function hold(exit, event, leave) {
  event.preventDefault();
  event.stopImmediatePropagation();
  const first = !exit.leave;
  exit.leave = leave;
  if (!first) return;
  while (!exit.told) {
    await until(() => isSilent(exit), UPLOAD);
    exit.told = true; // unless an upload begins while the server is asked
    close(exit);
    const number = (exit.asked += 1);
    exit.ask(number);
    await until(() => exit.answered >= number, ANSWER);
  }
  exit.leave();
  exit.leave = null;
}

function isSilent(exit) {
  const now = performance.now();
  const recording = now - exit.recorded < UPLOAD_BEGINS;
  return now - exit.last >= SILENCE && !exit.uploads && !exit.pressed.size && !recording;
}

// The old page takes no input any more: its message would come too late.
function close(exit) {
  exit.open?.();
  const main = document.querySelector('[data-testid="stMain"]');
  if (main) main.inert = true;
  const timer = setTimeout(() => exit.open?.(), ANSWER + NEW_PAGE);
  exit.open = () => {
    clearTimeout(timer);
    if (main) main.inert = false;
    exit.open = null;
  };
}

async function until(holds, atTheMost) {
  const end = performance.now() + atTheMost;
  while (!holds() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
}

// The link of a click that leads to another page in the same session; those in our own HTML, such as the lessons,
// load the app anew and begin another one.
function pageLink(event) {
  if (event.button > 0 || event.altKey) return null;
  const link = event.composedPath?.().find((each) => each instanceof HTMLAnchorElement && each.hasAttribute("href"));
  const leads = link?.origin === location.origin && !link.target && !link.hasAttribute("download");
  return leads && !link.closest(".stHtml") && !link.getAttribute("href").startsWith("#") ? link : null;
}
