// The model, which also says how unlike the training data its inputs are.

import { serve } from "../engine/service.js";
import { Familiarity } from "../live/familiarity.js";
import { preprocessing } from "../preprocess/preprocessing.js";

/** Serves it at a port, as engine/service.js; "know" takes {buffer, doubt, constants}, of familiarity.js and preprocessing.js. */
export function serveModel(port) {
  let familiarity = null, prepare = null;
  serve(port, (model) => ({
    know: ({ buffer, doubt, constants }) => {
      [familiarity, prepare] = [new Familiarity(buffer, doubt), preprocessing(constants)];
    },
    /** As "complete", `scores` of the inputs, above 1 for what the model does not know, and their `quarrel`. */
    judge: async (input) => {
      const answer = await model().complete(input);
      const quarrel = await model().quarrel(input.inputs);
      return { ...answer, quarrel, scores: (await familiarity?.scores(model(), prepare, input.inputs)) ?? {} };
    },
  }));
}
