// The random numbers of a seed, the same as NumPy's `default_rng`: PCG64 (O'Neill 2014) from a seed that was mixed, and
// normal draws by the ziggurat of Marsaglia and Tsang (2000).

const BITS_64 = 2n ** 64n - 1n, BITS_128 = 2n ** 128n - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;
const MANTISSA = 2 ** 52; // of the numbers that the ziggurat's layers are chosen by
const TAIL = 3.6541528853610088, AREA = 0.004928673233974658; // where the last of its 256 layers begins, and of each

export class Generator {
  #state = 0n;
  #increment;

  /** @param {number} seed 0 to 2³² - 1 */
  constructor(seed) {
    const [high, low, above, below] = mixed(seed);
    this.#increment = ((((above << 64n) | below) << 1n) | 1n) & BITS_128;
    this.#step();
    this.#state = (this.#state + ((high << 64n) | low)) & BITS_128;
    this.#step();
  }

  /** Draws so many numbers in [0, 1): what `random(size)` gives. */
  uniform(size) {
    return Float64Array.from({ length: size }, () => this.#share());
  }

  /** Draws so many standard normal numbers: what `standard_normal(size)` gives. */
  normal(size) {
    return Float64Array.from({ length: size }, () => this.#normal());
  }

  #step() {
    this.#state = (this.#state * MULTIPLIER + this.#increment) & BITS_128;
  }

  /** The next whole number of 64 bits. */
  #next() {
    this.#step();
    const turn = this.#state >> 122n, folded = (this.#state >> 64n) ^ (this.#state & BITS_64);
    return ((folded >> turn) | (folded << ((64n - turn) & 63n))) & BITS_64;
  }

  #share() {
    return Number(this.#next() >> 11n) / 2 ** 53;
  }

  #normal() {
    for (;;) {
      const drawn = this.#next(), layer = Number(drawn & 0xffn), place = Number((drawn >> 9n) & 0xfffffffffffffn);
      const sign = (drawn >> 8n) & 1n ? -1 : 1, x = place * WIDTHS[layer];
      if (place < INSIDE[layer]) return sign * x;
      if (layer === 0) return this.#beyond((place / 256) & 1 ? -1 : 1);
      const height = (HEIGHTS[layer - 1] - HEIGHTS[layer]) * this.#share() + HEIGHTS[layer];
      if (height < Math.exp(-0.5 * x * x)) return sign * x;
    }
  }

  #beyond(sign) {
    for (;;) {
      const x = -Math.log1p(-this.#share()) / TAIL, y = -Math.log1p(-this.#share());
      if (y + y > x * x) return sign * (TAIL + x);
    }
  }
}

/** Mixes a seed as NumPy's SeedSequence does: four whole numbers of 64 bits. */
function mixed(seed) {
  const pool = new Uint32Array(4);
  let constant = 0x43b0d7e5;
  const hashed = (value) => {
    const kept = value ^ constant;
    constant = Math.imul(constant, 0x931e8875);
    return folded(Math.imul(kept, constant));
  };
  pool[0] = hashed(seed);
  for (let at = 1; at < 4; at++) pool[at] = hashed(0);
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) {
      if (from === to) continue;
      const other = hashed(pool[from]);
      pool[to] = folded(Math.imul(0xca01f9dd, pool[to]) - Math.imul(0x4973f715, other));
    }
  }
  let key = 0x8b51f9dd;
  const words = Array.from({ length: 8 }, (_, at) => {
    const kept = pool[at % 4] ^ key;
    key = Math.imul(key, 0x58f38ded);
    return BigInt(folded(Math.imul(kept, key)));
  });
  return [0, 2, 4, 6].map((at) => words[at] | (words[at + 1] << 32n));
}

function folded(value) {
  const bits = value >>> 0;
  return (bits ^ (bits >>> 16)) >>> 0;
}

// The ziggurat's layers: how wide a step is in each, which places lie inside for certain, and the density at its edge.
const WIDTHS = new Float64Array(256), INSIDE = new Float64Array(256), HEIGHTS = new Float64Array(256);
{
  const density = (x) => Math.exp(-0.5 * x * x);
  let edge = TAIL;
  WIDTHS[255] = TAIL / MANTISSA;
  HEIGHTS[255] = density(TAIL);
  INSIDE[0] = Math.floor(((TAIL * HEIGHTS[255]) / AREA) * MANTISSA);
  WIDTHS[0] = AREA / HEIGHTS[255] / MANTISSA;
  HEIGHTS[0] = 1;
  for (let layer = 254; layer > 0; layer--) {
    const x = Math.sqrt(-2 * Math.log(AREA / edge + HEIGHTS[layer + 1]));
    INSIDE[layer + 1] = Math.floor((x / edge) * MANTISSA);
    WIDTHS[layer] = x / MANTISSA;
    HEIGHTS[layer] = density(x);
    edge = x;
  }
}
