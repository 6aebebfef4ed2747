// What a person has given, and how it is to be imagined: the same on all pages.
//
// A slot's content is null, {strokes}, {values}, or {values, waveform, rate, origin}; `prepared` is what the model is
// given of it. A `label` says of which class it is an example, `isRecorded` that a person says it.

const MOST_PAST = 50; // contents that Undo brings back
const MOST_NOISES = 32; // that are kept

export class State {
  #watchers = new Set();
  #noises = new Map(); // seed and latents -> numbers, which a moving pen wants again and again

  /**
   * @param {object} site what site.json says
   * @param {object} manifest of the model
   * @param {object} prepare what preprocessing.js gives
   */
  constructor(site, manifest, prepare) {
    Object.assign(this, { site, manifest, prepare, kind: "sample", seed: 0 });
    this.modalities = manifest.modalities;
    this.slots = Object.fromEntries(this.modalities.map(({ name }) => [name, new Slot()]));
  }

  /** Calls `work` after each change; returns what ends that. */
  watch(work) {
    this.#watchers.add(work);
    return () => this.#watchers.delete(work);
  }

  changed() {
    this.#follow();
    for (const work of this.#watchers) work();
  }

  /** What is switched on: {name: Float32Array}. */
  given() {
    return this.#prepared(({ present }) => present);
  }

  /** What is there, switched on or not. */
  filled() {
    return this.#prepared(() => true);
  }

  /** What decides what nobody gave: what is switched on, else what a person has put in: {name: Float32Array}. */
  decisive() {
    const given = this.given();
    return Object.keys(given).length ? given : this.#prepared(({ isAutomatic }) => !isAutomatic);
  }

  /** Lets drawings that nobody gave be of the class of what is given; there are none where that is not known. */
  #follow() {
    const labels = new Set(Object.keys(this.decisive()).map((name) => this.slots[name].content.label));
    if (!labels.size) return;
    const [label] = labels.size === 1 ? labels : [];
    for (const [name, slot] of Object.entries(this.slots)) {
      if (!slot.isAutomatic || slot.present || slot.content?.label === label) continue;
      const strokes = label === undefined ? null : this.site.templates[name]?.[label];
      slot.content = strokes ? { strokes: structuredClone(strokes), label } : null;
      this.#prepare(slot);
    }
  }

  #prepared(wanted) {
    const found = Object.entries(this.slots).filter(([, slot]) => slot.prepared && wanted(slot));
    return Object.fromEntries(found.map(([name, { prepared }]) => [name, prepared]));
  }

  /** Which draw is shown; 0 for the mean. */
  drawn() {
    return this.kind === "mean" ? 0 : this.seed;
  }

  /** The noise of the draw that is shown, or null for the mean. */
  noise() {
    return this.kind === "mean" ? null : this.noiseOf(this.seed);
  }

  /** The noise of a draw, or so many latents' worth of it. */
  noiseOf(seed, latents = this.manifest.rounds + 1) {
    const key = `${seed} ${latents}`;
    if (!this.#noises.has(key)) {
      if (this.#noises.size === MOST_NOISES) this.#noises.clear();
      this.#noises.set(key, this.prepare.noise(seed, latents * this.manifest.latent_size).value);
    }
    return this.#noises.get(key);
  }

  /** Puts a content into a slot and switches it on; what was there can be brought back. */
  put(name, content, { present = true, remember = true, isAutomatic = false } = {}) {
    const slot = this.slots[name];
    if (remember) slot.past = [...slot.past, slot.content].slice(-MOST_PAST);
    Object.assign(slot, { content, present, isAutomatic });
    slot.complaint = "";
    this.#prepare(slot);
    this.changed();
  }

  /** Prepares a drawing anew whose last stroke has grown. */
  grown(name) {
    this.#prepare(this.slots[name]);
    this.changed();
  }

  undo(name) {
    const slot = this.slots[name];
    if (!slot.past.length) return;
    const content = slot.past.at(-1);
    slot.past = slot.past.slice(0, -1);
    this.put(name, content, { present: content !== null, remember: false });
  }

  /** Says in the card of a modality why something was not taken. */
  complain(name, sentence) {
    this.slots[name].complaint = sentence;
    this.changed();
  }

  switch(name, present) {
    this.slots[name].present = present;
    this.changed();
  }

  #prepare(slot) {
    if (!slot.content?.strokes) {
      slot.prepared = slot.content?.values ?? null;
      return;
    }
    const { value, refused } = this.prepare.drawing(slot.content.strokes);
    slot.complaint = refused?.sentence ?? "";
    slot.prepared = value ?? null;
  }
}

class Slot {
  content = null;
  prepared = null;
  present = false;
  isAutomatic = true; // until a person has put something in
  past = [];
  complaint = "";

  /** Whether the model made what is there: of that it has no doubts. */
  get isImagined() {
    return this.content?.label !== undefined && !this.content.strokes && !this.content.isRecorded;
  }
}
