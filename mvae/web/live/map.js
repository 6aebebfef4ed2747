// The map of the latent, as mvae/checkpoint/latent_map.py reads it: a place's latent is a mean of the latents of the
// nearest points, weighted by the inverse of their squared distance.

const HERE = 1e-8; // squared distance that counts as none

export class LatentMap {
  #latents; // (n, live)
  #live; // which dimensions these are
  #places; // (n, 2)
  #labels; // (n,)
  #size; // of a latent
  #count; // of points that decide

  /**
   * @param {ArrayBuffer} buffer the file beside the checkpoint
   * @param {number} nearest points that decide what lies between them
   */
  constructor(buffer, nearest) {
    const tensors = tensorsOf(buffer);
    this.#latents = Float32Array.from(tensors.latents, half);
    this.#live = tensors.live;
    this.#places = Float32Array.from(tensors.places, half);
    this.#labels = tensors.labels;
    [this.#size] = tensors.size;
    this.#count = nearest;
  }

  /** Returns the latent (Z,) that belongs to a place [x, y]. */
  latentAt(place) {
    const latent = new Float32Array(this.#size), count = this.#live.length;
    const mean = meanOf(this.#nearestTo(place));
    this.#live.forEach((dimension, at) => { latent[dimension] = mean((point) => this.#latents[point * count + at]); });
    return latent;
  }

  /** Returns the place [x, y] that belongs to a latent (Z,). */
  placeOf(latent) {
    const count = this.#live.length, live = Array.from(this.#live, (dimension) => latent[dimension]);
    const square = (values) => values.reduce((sum, each) => sum + each * each, 0);
    const beside = square(latent) - square(live); // in dimensions in which all points are at 0
    const mean = meanOf(this.#nearest((point) =>
      beside + live.reduce((sum, each, at) => sum + (each - this.#latents[point * count + at]) ** 2, 0)));
    return [0, 1].map((axis) => mean((point) => this.#places[2 * point + axis]));
  }

  /** Returns the labels of the points that decide at a place [x, y], the nearest first. */
  neighbours(place) {
    return this.#nearestTo(place).map(({ point }) => this.#labels[point]);
  }

  #nearestTo([x, y]) {
    return this.#nearest((point) => (this.#places[2 * point] - x) ** 2 + (this.#places[2 * point + 1] - y) ** 2);
  }

  /** Returns {point, squared} of the points that decide, by their squared distance. */
  #nearest(squaredOf) {
    const all = Array.from(this.#labels, (_, point) => ({ point, squared: squaredOf(point) }));
    return all.sort((one, other) => one.squared - other.squared).slice(0, this.#count);
  }
}

/** Returns [label, count] of each of some labels, the most frequent first. */
export function counted(labels) {
  const counts = new Map();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one);
}

/** Returns what gives the mean of a value of points, the nearer the heavier. */
function meanOf(nearest) {
  const weights = nearest.map(({ squared }) => 1 / (squared + HERE)), total = weights.reduce((sum, each) => sum + each, 0);
  return (valueOf) => nearest.reduce((sum, { point }, k) => sum + weights[k] * valueOf(point), 0) / total;
}

/** The tensors of a safetensors file, by their names; halves as their bits. */
export function tensorsOf(buffer) {
  const kinds = { F32: Float32Array, I64: BigInt64Array, F16: Uint16Array, I16: Int16Array, U8: Uint8Array, I32: Int32Array };
  const start = 8 + Number(new DataView(buffer).getBigUint64(0, true));
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, start - 8)));
  delete head.__metadata__;
  return Object.fromEntries(Object.entries(head).map(([name, { dtype, data_offsets: [from, to] }]) =>
    [name, new kinds[dtype](buffer.slice(start + from, start + to))]));
}

/** The number whose bits, in half precision, these are; finite. */
function half(bits) {
  const sign = bits >> 15 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}
