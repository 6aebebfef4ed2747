// Where the files of the site come from: the folder around this module, or the page itself, in a site of one file.

import { serveModel } from "./model_service.js";
import { serveSounds } from "./sound_service.js";

const RUNTIME = "engine/vendor/ort-wasm-simd-threaded.wasm.gz";

/**
 * Returns {site, manifest, readSources, readBeside, openModel, openSounds}: what site.json and the manifest say, what
 * reads all that the engine is started with, and a file beside it, and what opens the ports of the model and of sounds.
 */
export async function loadSite() {
  const held = document.getElementById("held");
  return held ? fromPage(JSON.parse(held.textContent)) : fromFolder(new URL("../", import.meta.url));
}

async function fromPage(held) {
  const read = (name) => bytesOf(held[name]).buffer;
  const [site, manifest] = ["site.json", "model/manifest.json"].map((name) => parsed(read(name)));
  return {
    site,
    manifest,
    readSources: () => gathered(manifest, read),
    readBeside: async (file) => read(`model/${file}`),
    openModel: () => local(serveModel),
    openSounds: () => local(serveSounds),
  };
}

/** A port at which something is served in the page itself: from a file that was opened from a disk, workers do not run. */
function local(serve) {
  const { port1, port2 } = new MessageChannel();
  serve(port1);
  return port2;
}

async function fromFolder(folder) {
  const kept = await openKept(folder);
  const site = parsed(await fetched(new URL("site.json", folder), null, kept));
  const read = (name) => fetched(new URL(name, folder), site.hashes[name], kept);
  const manifest = parsed(await read("model/manifest.json"));
  return {
    site,
    manifest,
    readSources: () => gathered(manifest, read),
    readBeside: (file) => read(`model/${file}`),
    openModel: () => new Worker(new URL("model_worker.js", import.meta.url), { type: "module" }),
    openSounds: () => new Worker(new URL("sound_worker.js", import.meta.url), { type: "module" }),
  };
}

async function gathered(manifest, read) {
  const entries = [manifest.weights, ...manifest.networks].map(async ({ file }) => [file, await read(`model/${file}`)]);
  const [runtime, ...files] = await Promise.all([read(RUNTIME), ...entries]);
  return { manifest, files: Object.fromEntries(files), runtime };
}

function parsed(content) {
  return JSON.parse(new TextDecoder().decode(content));
}

/** Returns a file's content, checked where browsers can; what is large is kept for the service worker. */
async function fetched(url, hash, kept) {
  const held = await kept?.match(url.href);
  if (held) return held.arrayBuffer();
  const found = await fetch(url);
  if (!found.ok) throw new Error(`${url.pathname}: ${found.status}`);
  const content = await found.clone().arrayBuffer();
  if (hash !== null && crypto.subtle && (await hashOf(content)) !== hash) {
    throw new Error(`${url.pathname} is not the file of this site`);
  }
  await kept?.put(url.href, found).catch(() => {}); // there may be no room
  return content;
}

/** Returns what is kept for visits without a network, or null where browsers keep nothing; see service_worker.js. */
async function openKept(folder) {
  const scope = new URL("./", document.baseURI).href;
  const name = folder.href.slice(scope.length, -1);
  return globalThis.caches && navigator.serviceWorker ? caches.open(`${scope} ${name}`).catch(() => null) : null;
}

async function hashOf(content) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(digest, (each) => each.toString(16).padStart(2, "0")).join("");
}

function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** Registers the service worker; returns whether the site is kept for visits without a network. */
export async function keepSite() {
  if (document.getElementById("held") || !navigator.serviceWorker) return false;
  try {
    await navigator.serviceWorker.register("service-worker.js");
    await navigator.serviceWorker.ready;
    return true;
  } catch {
    return false;
  }
}
