// The worker of painter.js.

import { views } from "../views/views.js";

let look = null;
const texts = new Map(); // what a task has written on its pictures last: {told, read}, read a promise

const tasks = {
  /** Samples of each modality, and the options of a grid without its texts -> a grid of each. */
  grids: async ({ modalities, outputs, options, told }) => {
    const written = await textsOf("grids", told, look.gridTexts);
    return modalities.map((modality) =>
      look.sampleGrid(modality, outputs[modality.name], modality.standardisation, { ...options, texts: written }));
  },
  /** Samples of each modality, and their labels, and which is chosen -> the one film. */
  film: async ({ modalities, outputs, labels, chosen, told }) => {
    const written = await textsOf("film", told, look.filmTexts), { scale, cell } = written;
    const rows = modalities.map((modality) => {
      const samples = outputs[modality.name], size = samples.length / labels.length;
      return labels.map((_, at) => look.samplePicture(
        modality, samples.subarray(at * size, (at + 1) * size), modality.standardisation, { scale, cell }));
    });
    return [look.filmPicture(rows, labels, chosen, written)];
  },
};

globalThis.onmessage = async ({ data: { constants, id, task, input } }) => {
  if (constants) {
    look = views(constants);
    return;
  }
  try {
    globalThis.postMessage({ id, files: (await tasks[task](input)).map(look.bitmapOf) });
  } catch (error) {
    globalThis.postMessage({ id, reason: String(error?.message ?? error) });
  }
};

function textsOf(task, told, read) {
  if (texts.get(task)?.told.sheet.pixels !== told.sheet.pixels) texts.set(task, { told, read: read(told) });
  return texts.get(task).read;
}
