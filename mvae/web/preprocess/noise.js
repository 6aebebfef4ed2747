// The noise of a seed, the same as PyTorch's: MT19937 (Matsumoto & Nishimura 1998), and normal draws by Box and
// Muller (1958).

import { asCount } from "./refusal.js";

const STATE = 624, SHIFTED = 397;
const AT_ONCE = 16; // normal draws: PyTorch forms so many together, and fewer in another way

/**
 * Returns what gives a seed's next whole number of 32 bits, each time it is called.
 *
 * @param {number} seed the first 32 bits of it count
 */
export function twister(seed) {
  const state = new Uint32Array(STATE);
  state[0] = seed;
  for (let at = 1; at < STATE; at++) {
    state[at] = Math.imul(1812433253, state[at - 1] ^ (state[at - 1] >>> 30)) + at;
  }
  let at = STATE;
  return () => {
    if (at === STATE) {
      for (at = 0; at < STATE; at++) {
        const mixed = (state[at] & 0x80000000) | (state[(at + 1) % STATE] & 0x7fffffff);
        state[at] = state[(at + SHIFTED) % STATE] ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
      }
      at = 0;
    }
    let drawn = state[at++];
    drawn ^= drawn >>> 11;
    drawn ^= (drawn << 7) & 0x9d2c5680;
    drawn ^= (drawn << 15) & 0xefc60000;
    return (drawn ^ (drawn >>> 18)) >>> 0;
  };
}

/**
 * Draws standard normal numbers: what `torch.randn(size, generator=torch.Generator().manual_seed(seed))` gives, to
 * within 5e-6, and whatever its shape, row by row.
 *
 * `Pipeline.complete` draws (rounds + 1, Z) of them for a seed: the first row for the first draw of the latent, and
 * one for each round of imagination.
 *
 * @param {number | bigint} seed 0 to 2⁶⁴ - 1, of which the first 32 bits count
 * @param {number} size how many
 * @returns {Float32Array} (size,)
 * @throws {Refusal} if it is no such seed
 */
export function noise(seed, size) {
  const bits = Number(BigInt.asUintN(32, BigInt(asCount(seed, "A seed", 0n, 2n ** 64n - 1n))));
  return size < AT_ONCE ? few(twister(bits), size) : many(twister(bits), size);
}

function few(next, size) {
  const uniform = () => ((next() & 0x1fffff) * 2 ** 32 + next()) / 2 ** 53;
  const drawn = new Float32Array(size);
  for (let at = 0; at < size; at += 2) {
    const angle = 2 * Math.PI * uniform(), radius = Math.sqrt(-2 * Math.log1p(-uniform()));
    drawn[at] = radius * Math.cos(angle);
    if (at + 1 < size) drawn[at + 1] = radius * Math.sin(angle);
  }
  return drawn;
}

function many(next, size) {
  const uniform = () => (next() & 0xffffff) / 2 ** 24;
  const drawn = Float32Array.from({ length: size }, uniform);
  const whole = size - (size % AT_ONCE);
  for (let start = 0; start < whole; start += AT_ONCE) turn(drawn.subarray(start, start + AT_ONCE));
  if (whole < size) { // the last ones are drawn anew
    const rest = drawn.subarray(size - AT_ONCE);
    rest.set(rest.map(uniform));
    turn(rest);
  }
  return drawn;
}

/** Turns uniform numbers into normal ones: the first half gives radii, the second angles. */
function turn(block) {
  const half = AT_ONCE / 2;
  for (let at = 0; at < half; at++) {
    const radius = Math.sqrt(-2 * Math.log(1 - block[at])), angle = 2 * Math.PI * block[at + half];
    block[at] = radius * Math.cos(angle);
    block[at + half] = radius * Math.sin(angle);
  }
}
