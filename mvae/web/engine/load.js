// From files to a model that is warm: fetched where they are not there yet, decompressed, checked, opened.
import { Model } from "./model.js";
import { openNetwork, startRuntime } from "./networks.js";

const FORMAT = 1; // of the manifest
// The smallest module with an instruction of SIMD: (func (drop (i8x16.popcnt (i8x16.splat (i32.const 0))))).
const SIMD = Uint8Array.of(
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 11, 1, 9, 0, 65, 0, 253, 15, 253, 98, 26, 11,
); // prettier-ignore

/**
 * Load a model.
 *
 * @param manifest The manifest, or the address of it.
 * @param files {name: ArrayBuffer} of the weights and the graphs, or the address of their folder, which
 *   ends with "/".
 * @param runtime The ArrayBuffer of vendor/ort-wasm-simd-threaded.wasm.gz, or its address.
 * @returns A promise of a Model; it fails with what is missing.
 */
export async function loadModel({ manifest, files, runtime }) {
  if (typeof WebAssembly !== "object" || !WebAssembly.validate(SIMD)) throw new Error("no WebAssembly with SIMD");
  const [bytes, { about, weights, graphs }] = await Promise.all([
    fetched(runtime).then(decompressed),
    described(manifest, files),
  ]);
  startRuntime(bytes);
  const beside = { path: about.weights.file, data: weights };
  const networks = {};
  for (const [index, network] of about.networks.entries()) {
    networks[`${network.role}-${network.of}`] = await openNetwork(network, graphs[index], beside);
  }
  const model = new Model(about, networks);
  await warmUp(model);
  return model;
}

/** The manifest, and the content of the files that it names. */
async function described(manifest, files) {
  const decoder = new TextDecoder();
  const about = typeof manifest === "string" ? JSON.parse(decoder.decode(await fetched(manifest))) : manifest;
  if (about.format !== FORMAT) throw new Error(`a manifest of format ${about.format}, not ${FORMAT}`);
  const contents = [about.weights, ...about.networks].map(async (entry) => {
    const bytes = await fetched(typeof files === "string" ? files + entry.file : files[entry.file]);
    return new Uint8Array(await checked(entry, bytes));
  });
  const [weights, ...graphs] = await Promise.all(contents);
  return { about, weights, graphs };
}

async function fetched(source) {
  if (typeof source !== "string") return source;
  const answer = await fetch(source);
  if (!answer.ok) throw new Error(`${source}: ${answer.status}`);
  return answer.arrayBuffer();
}

/** The content of a gzip file; what a server has decompressed already stays as it is. */
async function decompressed(buffer) {
  const [first, second] = new Uint8Array(buffer, 0, 2);
  if (first !== 0x1f || second !== 0x8b) return buffer;
  const stream = new Blob([buffer]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

/** The bytes, once they were found to be those that the manifest names. */
async function checked({ file, bytes, sha256 }, buffer) {
  if (buffer?.byteLength !== bytes) throw new Error(`${file} has ${buffer?.byteLength} bytes, not ${bytes}`);
  if (!globalThis.crypto?.subtle) return buffer; // only pages that came by HTTPS, or from this machine, have it
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", buffer));
  const found = Array.from(digest, (each) => each.toString(16).padStart(2, "0")).join("");
  if (found !== sha256) throw new Error(`${file} is not the file that its manifest names`);
  return buffer;
}

/** Run every network once: browsers compile what runs, and the first stroke shall not wait for that. */
async function warmUp(model) {
  const noise = new Float32Array((model.manifest.rounds + 1) * model.size);
  const inputs = Object.fromEntries(
    Object.values(model.modalities).map(({ name, size }) => [name, new Float32Array(size)]),
  );
  await model.complete({ inputs, rows: model.names.map((name) => ({ given: [name], noise })) });
}
