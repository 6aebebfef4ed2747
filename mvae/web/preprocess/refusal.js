// What cannot be taken is refused with a code and a sentence, word for word those of Python's errors.

/** What is refused; `code` is the name of the error that Python raises, `message` its sentence. */
export class Refusal extends Error {
  constructor(code, sentence) {
    super(sentence);
    this.code = code;
  }
}

/**
 * Runs a function and tells how it ended in a plain object, which a worker can send.
 *
 * @param {() => T} make what gives a value, or refuses to
 * @returns {{value: T} | {refused: {code: string, sentence: string}}}
 */
export function answer(make) {
  try {
    return { value: make() };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { refused: { code: error.code, sentence: error.message } };
  }
}

/** Returns a whole number within bounds (a BigInt counts), or refuses it. */
export function asCount(value, what, least, most) {
  const whole = typeof value === "bigint" || Number.isInteger(value);
  if (whole && value >= least && value <= most) return value;
  const bounds = `from ${limit(least)} to ${limit(most)}`;
  throw new Refusal("InputError", `${what} must be a whole number ${bounds}, not ${said(value)}.`);
}

/** Returns a finite number within bounds, or refuses it. */
export function asNumber(value, what, least, most, code = "InputError") {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw new Refusal(code, `${what} must be a number from ${limit(least)} to ${limit(most)}, not ${said(value)}.`);
}

/** Writes a number with its thousands grouped: 8,000. */
export function grouped(number) {
  const [whole, rest] = (Number.isInteger(number) ? String(BigInt(number)) : String(number)).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + (rest === undefined ? "" : `.${rest}`);
}

/** Writes a number with so many digits behind the point; what lies in the middle of two goes to the even one. */
export function fixed(number, digits) {
  const middle = Number.isInteger(number * 2 ** (digits + 1)); // or too coarse a number to matter
  const nearest = middle ? rint(number * 10 ** digits) / 10 ** digits : number;
  const [whole, rest] = nearest.toFixed(digits).split(".");
  return grouped(Number(whole)) + (rest === undefined ? "" : `.${rest}`);
}

/** Rounds to whole numbers, and what lies in the middle of two to the even one. */
export function rint(number) {
  const rounded = Math.round(number);
  return rounded - number === 0.5 && rounded % 2 ? rounded - 1 : rounded;
}

/** Names a value's type as Python does, as far as the two have the same. */
export function typeName(value) {
  if (value === null || value === undefined) return "None";
  return { string: "str", boolean: "bool", number: "float" }[typeof value] ?? value.constructor?.name ?? typeof value;
}

/** Calls a value in a sentence: a short one as it is, others by their type. */
export function said(value) {
  if (Number.isNaN(value)) return "nan";
  if (typeof value === "number" && !Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "string" && value.length <= 30 ? `“${value}”` : typeName(value);
}

function limit(number) {
  return number < 1e7 ? grouped(number) : scientific(number, 3);
}

/** Writes a large number as a power of ten, with so many digits at the most: 1.84e+19. */
export function scientific(number, digits) {
  const [head, exponent] = Number(number).toExponential(digits - 1).split("e+");
  return `${Number(head)}e+${exponent.padStart(2, "0")}`;
}
