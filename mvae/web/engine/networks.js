// The networks of a checkpoint as sessions of onnxruntime-web: WebAssembly, one thread.
import * as ort from "./vendor/ort.wasm.bundle.min.mjs";

const AT_ONCE = 500; // samples: what lies between two layers then stays small

/** Start the runtime; the bytes are its WebAssembly. Must come before any network is opened. */
export function startRuntime(bytes) {
  ort.env.logLevel = "error";
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmBinary = bytes;
}

/**
 * Open a network.
 *
 * @param about What the manifest says of it.
 * @param graph Its ONNX file, a Uint8Array.
 * @param weights The file beside it in which its weights lie: {path, data}, data a Uint8Array.
 * @returns A function: a batch of samples, one behind the other in a Float32Array -> a promise of
 *   {name: Float32Array} of its outputs. Throws where the file is not what the manifest says.
 */
export async function openNetwork(about, graph, weights) {
  const session = await ort.InferenceSession.create(graph, {
    executionProviders: ["wasm"],
    externalData: [weights],
  });
  check(about, about.inputs, session.inputMetadata);
  check(about, about.outputs, session.outputMetadata);
  const [[input, shape]] = Object.entries(about.inputs);
  const size = shape.reduce((product, side) => product * side, 1);
  const once = async (values) => {
    const fed = new ort.Tensor("float32", values, [values.length / size, ...shape]);
    const found = await session.run({ [input]: fed });
    return Object.fromEntries(Object.keys(about.outputs).map((name) => [name, found[name].data]));
  };
  return async (values) => {
    if (values.length <= AT_ONCE * size) return once(values);
    const parts = [];
    for (let start = 0; start < values.length; start += AT_ONCE * size) {
      parts.push(await once(values.slice(start, start + AT_ONCE * size)));
    }
    return Object.fromEntries(
      Object.keys(about.outputs).map((name) => [name, joined(parts.map((part) => part[name]))]),
    );
  };
}

/** Float32Arrays behind each other in one. */
export function joined(parts) {
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}

function check(about, expected, found) {
  const wanted = Object.entries(expected).map(([name, shape]) => `${name} ${shape}`);
  const there = found.map(({ name, shape }) => `${name} ${shape.slice(1)}`);
  if (String(wanted) !== String(there)) {
    throw new Error(`${about.file} has ${there.join(", ")}, but its manifest says ${wanted.join(", ")}`);
  }
}
