// Numbers as Python's formats write them.

import { grouped, rint } from "../preprocess/refusal.js";

/** Writes a number in a format of Python's: ",", "g", ".4g", ".2f", ",.2f" or ".1%"; anything as it is without one. */
export function formatted(value, format) {
  if (!format) return String(value);
  if (format === ",") return grouped(value);
  if (format === "g") return general(value, 6);
  if (format.startsWith(",")) return formatted(value, format.slice(1)).replace(/^-?\d+/, withCommas);
  if (format.endsWith("g")) return general(value, Number(format.slice(1, -1)));
  const digits = Number(format.slice(1, -1));
  return format.endsWith("%") ? `${behindPoint(100 * value, digits)}%` : behindPoint(value, digits);
}

function withCommas(whole) {
  return whole.replace(/\d(?=(\d{3})+$)/g, "$&,");
}

/** Writes a number with so many digits behind the point; what lies in the middle of two goes to the even one. */
function behindPoint(value, digits) {
  const sign = value < 0 || Object.is(value, -0) ? "-" : "", size = Math.abs(value);
  const middle = Number.isInteger(size * 2 ** (digits + 1)); // or too coarse a number to matter
  return sign + (middle ? rint(size * 10 ** digits) / 10 ** digits : size).toFixed(digits);
}

/** Writes a number with so many digits that count, powers of ten where there are more, as Python's format "g" does. */
export function general(value, digits) {
  if (value === 0) return Object.is(value, -0) ? "-0" : "0";
  const [head, power] = rounded(value, digits).split("e"), places = digits - 1 - Number(power);
  if (Number(power) >= -4 && places >= 0) return withoutZeros(Number(`${head}e${power}`).toFixed(places));
  return `${withoutZeros(head)}e${power[0]}${power.slice(1).padStart(2, "0")}`;
}

/** Writes a number as 1.234e-5; what lies in the middle of two goes to the even one, as in Python. */
function rounded(value, count) {
  const [digits, power] = value.toExponential(100).split("e"), end = digits.indexOf(".") + count;
  const even = Number(digits[end - 1]) % 2 === 0;
  return even && /^50*$/.test(digits.slice(end)) ? `${digits.slice(0, end)}e${power}` : value.toExponential(count - 1);
}

function withoutZeros(digits) {
  return digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits;
}
