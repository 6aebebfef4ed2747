// Keeps all files of the site, for visits without a network. SITE, which the writer puts before this, is {name,
// files: {address: SHA-256}}: whatever changes in the site changes this script, so browsers notice.

const SCOPE = self.registration.scope;
const KEPT = `${SCOPE} ${SITE.name}`; // the same as in sources.js

self.addEventListener("install", (event) => event.waitUntil(keepAll().then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil(forgetOthers().then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const address = addressOf(event.request);
  if (address !== null) event.respondWith(answer(event.request, address));
});

/** Fetches what the page has not kept yet; nothing is kept that is another file than the list says. */
async function keepAll() {
  const kept = await caches.open(KEPT);
  for (const [address, hash] of Object.entries(SITE.files)) {
    const url = new URL(address, SCOPE).href;
    const held = await kept.match(url);
    if (held && (await hashOf(held)) === hash) continue;
    const found = await fetch(url, { cache: address === "index.html" ? "no-cache" : "default" });
    if (!found.ok || (await hashOf(found.clone())) !== hash) throw new Error(`${address} is not the file of this site`);
    await kept.put(url, found);
  }
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(`${SCOPE} `) && name !== KEPT).map((name) => caches.delete(name)));
}

/** The address within the site of what a page asks for, or null where it is none of the site's files. */
function addressOf(request) {
  const url = new URL(request.url);
  if (request.method !== "GET" || !url.href.startsWith(SCOPE)) return null;
  const address = decodeURI(url.pathname.slice(new URL(SCOPE).pathname.length)) || "index.html";
  return Object.hasOwn(SITE.files, address) ? address : null;
}

async function answer(request, address) {
  const kept = await caches.open(KEPT);
  return (await kept.match(new URL(address, SCOPE).href)) ?? fetch(request);
}

async function hashOf(response) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await response.arrayBuffer()));
  return Array.from(digest, (each) => each.toString(16).padStart(2, "0")).join("");
}
