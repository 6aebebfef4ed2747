// What a page calls. Nothing here throws: what cannot be done is a value that says so.

/**
 * Start a model.
 *
 * @param sources {manifest, files, runtime} as load.js takes them; addresses may be relative to the page.
 * @param open Makes the port at which the model answers: by default a worker of its own.
 * @returns A promise of {ready: true, manifest, ask, stop}, or of {ready: false, reason} where this browser
 *   cannot run it, or a file is missing or another: then the page does without.
 *
 * ask(operation, input, kind = operation) returns a promise of {status: "done", value}, of {status: "failed",
 * reason}, or of {status: "replaced"}: only the latest request of a kind counts, and one that has not begun
 * when the next of its kind comes never will. Operations are "complete", "decode" and "elbo", and take and
 * give what model.js says. stop() ends it; what was asked fails.
 */
export async function startEngine(sources, open = openWorker) {
  let requests;
  try {
    requests = new Requests(open());
  } catch (error) {
    return { ready: false, reason: String(error?.message ?? error) };
  }
  const addresses = Object.entries(sources).map(([name, source]) => [
    name,
    typeof source === "string" ? new URL(source, document.baseURI).href : source,
  ]);
  const started = await requests.ask("start", Object.fromEntries(addresses), "start");
  if (started.status !== "done") {
    requests.stop("it could not be started");
    return { ready: false, reason: started.reason };
  }
  return {
    ready: true,
    manifest: started.value,
    ask: (operation, input, kind = operation) => requests.ask(operation, input, kind),
    stop: () => requests.stop("it was stopped"),
  };
}

function openWorker() {
  return new Worker(new URL("worker.js", import.meta.url), { type: "module" });
}

/** One request is under way at a time; of those that wait, the latest of each kind. */
class Requests {
  #port;
  #waiting = new Map(); // kind -> {message, resolve}; the first came first
  #running = null;
  #count = 0;
  #over = null; // why nothing can be asked any more

  constructor(port) {
    this.#port = port;
    port.onmessage = ({ data }) => this.#finish(data);
    port.onmessageerror = () => this.stop("an answer could not be read");
    port.onerror = (event) => {
      event.preventDefault?.();
      this.stop(event.message || "its scripts could not be loaded");
    };
  }

  ask(operation, input, kind) {
    return new Promise((resolve) => {
      if (this.#over !== null) {
        resolve({ status: "failed", reason: this.#over });
        return;
      }
      this.#waiting.get(kind)?.resolve({ status: "replaced" });
      this.#waiting.set(kind, { message: { id: this.#count++, operation, input }, resolve });
      this.#next();
    });
  }

  stop(reason) {
    if (this.#over !== null) return;
    this.#over = reason;
    for (const { resolve } of [this.#running, ...this.#waiting.values()].filter(Boolean)) {
      resolve({ status: "failed", reason });
    }
    this.#running = null;
    this.#waiting.clear();
    (this.#port.terminate ?? this.#port.close).call(this.#port);
  }

  #next() {
    if (this.#running !== null || !this.#waiting.size) return;
    const [kind, request] = this.#waiting.entries().next().value;
    this.#waiting.delete(kind);
    this.#running = request;
    try {
      this.#port.postMessage(request.message);
    } catch (error) {
      // What cannot be copied to a worker
      this.#finish({ status: "failed", reason: String(error?.message ?? error) });
    }
  }

  #finish({ id, ...answer }) {
    const { resolve } = this.#running ?? {};
    this.#running = null;
    resolve?.(answer);
    this.#next();
  }
}
