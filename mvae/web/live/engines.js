// What all live pages share: Python's constants, and the engine.

import { startEngine } from "../engine/engine.js";

/** A promise of what mvae/ui/frame/web.py gives. */
export const constants = fetch(new URL("../constants.json", import.meta.url)).then((answer) => answer.json());

const engines = new Map(); // address of a checkpoint -> a promise of its engine; they stay when the page changes

/** Returns the one engine that runs: that of the checkpoint at an address. It can be asked what studio.js does, too. */
export function engineOf(address) {
  if (!engines.has(address)) {
    for (const [other, engine] of engines) {
      engines.delete(other);
      engine.then(({ ready, stop }) => ready && stop());
    }
    engines.set(address, started(address));
  }
  return engines.get(address);
}

async function started(address) {
  const engine = await startEngine({
    manifest: `${address}manifest.json`,
    files: address,
    runtime: new URL("../engine/vendor/ort-wasm-simd-threaded.wasm.gz", import.meta.url).href,
  }, () => new Worker(new URL("worker.js", import.meta.url), { type: "module" }));
  if (engine.ready) await engine.ask("equip", await constants);
  return engine;
}

const known = new WeakMap(); // engine -> a promise that it knows what is familiar

/** Returns a promise that an engine knows what is familiar, which lies at an address of the app; it fails where that cannot be had. */
export function knowing(engine, address) {
  if (!known.has(engine)) known.set(engine, know(engine, new URL(address, document.baseURI).href));
  return known.get(engine);
}

async function know(engine, address) {
  const answer = await fetch(address), buffer = await answer.arrayBuffer();
  const { status } = answer.ok ? await engine.ask("familiarity", buffer) : { status: answer.status };
  if (status !== "done") throw new Error(`${address}: ${status}`);
}
