// What the pages ask of sounds, and the button that plays one.

import { element } from "./dom.js";

/** Starts what answers: returns ask(operation, ...inputs), a promise of {value} or {refused: {code, sentence}}. */
export function startSounds(constants, open) {
  const port = open(), waiting = new Map();
  let count = 0;
  const end = () => {
    for (const resolve of waiting.values()) resolve({ refused: { code: "Error", sentence: "sounds do not work here" } });
    waiting.clear();
  };
  port.onmessage = ({ data: { id, ...answer } }) => {
    waiting.get(id)?.(answer);
    waiting.delete(id);
  };
  port.onerror = end;
  port.postMessage({ constants });
  return (operation, ...inputs) =>
    new Promise((resolve) => {
      waiting.set(count, resolve);
      port.postMessage({ id: count++, operation, inputs });
    });
}

/**
 * Returns a button that makes MFCCs audible and plays them, and then a player.
 *
 * @param {{ask: Function, site: object}} app
 * @param {string} title of the modality
 * @param {() => Float32Array | null} coefficients what is to be heard, when the button is pressed
 */
export function listenButton({ sounds, site }, title, coefficients) {
  const { texts, constants } = site;
  const heard = texts.heard.replace("{title}", title), place = element("span", { class: "player" });
  const button = element("button", { type: "button", class: "button", "aria-label": `${texts.listen}: ${heard}` }, texts.listen);
  button.addEventListener("click", async () => {
    const asked = coefficients();
    if (asked === null) return;
    button.textContent = texts.listening;
    const { value } = await sounds("audible", asked);
    button.textContent = texts.listen;
    if (value) place.replaceChildren(player(value, constants.sound.rate, heard, true));
  });
  return element("div", { class: "listen" }, button, place);
}

/** Returns a player of a waveform in [-1, 1]. */
export function player(waveform, rate, name, plays = false) {
  const found = element("audio", { controls: "", src: `data:audio/wav;base64,${wavOf(waveform, rate)}`, "aria-label": name });
  if (plays) found.play().catch(() => {}); // the browser may want another press
  return found;
}

function wavOf(waveform, rate) {
  const view = new DataView(new ArrayBuffer(44 + 2 * waveform.length));
  const write = (at, text) => [...text].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  const whole = [[4, 36 + 2 * waveform.length], [16, 16], [24, rate], [28, 2 * rate], [40, 2 * waveform.length]];
  const half = [[20, 1], [22, 1], [32, 2], [34, 16]];
  write(0, "RIFF");
  write(8, "WAVEfmt ");
  write(36, "data");
  for (const [at, value] of whole) view.setUint32(at, value, true);
  for (const [at, value] of half) view.setUint16(at, value, true);
  waveform.forEach((sample, i) => view.setInt16(44 + 2 * i, Math.round(32767 * Math.max(-1, Math.min(1, sample))), true));
  return btoa(Array.from(new Uint8Array(view.buffer), (byte) => String.fromCharCode(byte)).join(""));
}
