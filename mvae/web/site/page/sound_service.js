// Answers at a port, of a worker or of a channel within the page: recordings become MFCCs, and MFCCs sounds.

import { preprocessing } from "../preprocess/preprocessing.js";

const OPERATIONS = ["sound", "wave", "audible"]; // of preprocessing.js

/** Serves {id, operation, inputs}; the first message must be {constants}. */
export function serveSounds(port) {
  let prepare = null;
  port.onmessage = ({ data: { constants, id, operation, inputs } }) => {
    if (constants) {
      prepare = preprocessing(constants);
      return;
    }
    try {
      if (!OPERATIONS.includes(operation)) throw new Error(`there is no ${operation}`);
      port.postMessage({ id, ...prepare[operation](...inputs) });
    } catch (error) {
      port.postMessage({ id, refused: { code: "Error", sentence: String(error?.message ?? error) } });
    }
  };
}
