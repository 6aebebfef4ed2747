// Answers requests at a port: of a worker, or of a channel within the page.
import { loadModel } from "./load.js";

/**
 * Serve one model at a port: {id, operation, input} -> {id, status: "done", value} or "failed", reason.
 *
 * @param port Of a worker, or of a channel within the page.
 * @param more What makes further operations, given a function that returns the model.
 */
export function serve(port, more = () => ({})) {
  let model = null;
  const operations = {
    start: async (sources) => {
      model = await loadModel(sources);
      return model.manifest;
    },
    elbo: (input) => model.elbo(input),
    complete: (input) => model.complete(input),
    decode: (input) => model.decode(input),
    quarrel: ({ inputs }) => model.quarrel(inputs),
    ...more(() => model),
  };
  port.onmessage = async ({ data: { id, operation, input } }) => {
    try {
      const value = await operations[operation](input);
      port.postMessage({ id, status: "done", value }, [...buffers(value)]);
    } catch (error) {
      port.postMessage({ id, status: "failed", reason: String(error?.message ?? error) });
    }
  };
}

/** Memory that can go to the page without being copied. */
function* buffers(value) {
  if (ArrayBuffer.isView(value)) yield value.buffer;
  else if (value !== null && typeof value === "object") for (const each of Object.values(value)) yield* buffers(each);
}
