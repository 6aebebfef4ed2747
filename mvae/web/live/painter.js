// Composes large pictures in a worker of their own, so that the page is free meanwhile.

import { constants } from "./engines.js";

let port = null; // a promise of the worker
const waiting = new Map(); // id -> how to tell what came of it
let count = 0;

/**
 * Asks for pictures.
 *
 * @param {"grids" | "film"} task
 * @param {object} input see painting.js
 * @param {ArrayBuffer[]} given what of that the page needs no longer
 * @returns {Promise<Blob[]>} files; it fails where there are none
 */
export async function painted(task, input, given = []) {
  const worker = await ready(), id = count++;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    worker.postMessage({ id, task, input }, given);
  });
}

/** Opens the worker, if it is not open; its scripts take a moment. */
export function ready() {
  port ??= opened();
  return port;
}

async function opened() {
  const worker = new Worker(new URL("painting.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data: { id, files, reason } }) => {
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (files) resolve(files);
    else reject(new Error(reason));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    for (const { reject } of waiting.values()) reject(new Error(event.message));
    waiting.clear();
    port = null;
  };
  worker.postMessage({ constants: (await constants).views });
  return worker;
}

/** Images of files. */
export class Pictures {
  #images = new Set();

  /** Returns a promise of an image that the browser has read, and shows without delay. */
  async read(file) {
    const image = new Image();
    image.src = URL.createObjectURL(file);
    this.#images.add(image);
    await image.decode();
    return image;
  }

  /** Forgets all but these. */
  keep(images) {
    for (const image of this.#images) {
      if (images.includes(image)) continue;
      URL.revokeObjectURL(image.src);
      this.#images.delete(image);
    }
  }
}
