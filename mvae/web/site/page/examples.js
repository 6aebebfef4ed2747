// Examples of each class: drawn from a template, a person's recording, or what the model makes of a class.

import { filled } from "./dom.js";

/** Says whether a modality has strokes to copy. */
export function hasTemplates({ site }, name) {
  return Object.hasOwn(site.templates, name);
}

/** Says whether a modality has a person's recordings. */
export function hasRecordings({ site }, name) {
  return Object.hasOwn(site.recordings, name);
}

/** Says whether there are examples of a modality. */
export function hasExamples({ site }, name) {
  return hasTemplates({ site }, name) || hasRecordings({ site }, name) || Object.keys(site.templates).length > 0 || site.classMeans.length > 0;
}

/** Puts the example of a class into a modality's slot; returns a promise of whether there was one. */
export async function giveExample(app, name, label, how) {
  const content = await exampleOf(app, name, label);
  if (content) app.state.put(name, content, how);
  return content !== null;
}

async function exampleOf(app, name, label) {
  const { site, state } = app;
  if (hasTemplates(app, name)) return { strokes: structuredClone(site.templates[name][label]), label };
  if (hasRecordings(app, name)) return recorded(app, name, label);
  const values = (await classOutputs(app, label))?.[name];
  if (!values) return null;
  const { kind } = state.modalities.find((each) => each.name === name);
  if (kind === "drawing") return { values, label };
  if (kind === "vector") return { values: values.map((each) => Number(each.toPrecision(6))), label };
  const origin = filled(site.texts.origins.imagined, { label: state.manifest.classes[label] });
  const { value: waveform } = await app.sounds("audible", values);
  return { values, waveform, rate: site.constants.sound.rate, origin, label };
}

/** A person's recording, by the same path as any. */
async function recorded({ site, state, sounds }, name, label) {
  const { speaker, take, sound } = site.recordings[name][label];
  const { value: wave } = await sounds("wave", Uint8Array.from(atob(sound), (letter) => letter.charCodeAt(0)));
  const { value: values } = await sounds("sound", wave.waveform, wave.rate);
  const origin = filled(site.texts.origins.recorded, { speaker, take, label: state.manifest.classes[label] });
  return { values, ...wave, origin, label, isRecorded: true };
}

/** What the model makes of a class's templates, all together, or of its mean latent: {name: values}. */
async function classOutputs({ site, state, ask }, label) {
  const drawn = templatesOf({ site, state }, label);
  const given = Object.keys(drawn);
  if (given.length) {
    const answer = await ask("complete", { inputs: drawn, rows: [{ given }] }, `example ${label}`);
    return answer.status === "done" ? answer.value.rows[0].outputs : null;
  }
  if (!site.classMeans.length) return null;
  const answer = await ask("decode", { latents: Float32Array.from(site.classMeans[label]) }, `example ${label}`);
  return answer.status === "done" ? answer.value.outputs : null;
}

/** The prepared templates of a class: {name: Float32Array}. */
export function templatesOf({ site, state }, label) {
  return Object.fromEntries(
    Object.entries(site.templates).map(([name, digits]) => [name, state.prepare.drawing(digits[label]).value]),
  );
}

/** Fills the slots before the first stroke: examples of one class, of which the first modality's is given. */
export async function begin(app) {
  const { site, state } = app;
  const [first] = state.modalities;
  for (const { name } of state.modalities) {
    if (name !== first.name && !hasTemplates(app, name)) continue;
    const isFirst = name === first.name;
    await giveExample(app, name, site.first, { present: isFirst, remember: false, isAutomatic: !isFirst });
  }
}

/** Switches a modality on or off; a drawing that nobody gave is then of the class that the others are read as. */
export async function switchOn(app, name, present) {
  const { state, ask } = app, slot = state.slots[name];
  state.switch(name, present);
  if (!present || !slot.isAutomatic || slot.prepared || !hasTemplates(app, name)) return;
  const inputs = state.decisive(), given = Object.keys(inputs);
  if (!given.length) return;
  const answer = await ask("complete", { inputs, rows: [{ given }], of: ["label"] }, `switched on ${name}`);
  if (answer.status !== "done" || !slot.present || slot.content) return;
  await giveExample(app, name, answer.value.rows[0].label, { remember: false, isAutomatic: true });
}
