// Pictures as files, which a browser shows in an image: larger than a PNG by far, and written in no time.

const HEAD = 54; // bytes, of which the last 40 are said of the picture

/**
 * Writes a picture as a BMP file.
 *
 * @param {{width: number, height: number, rgba?: Uint8ClampedArray, levels?: Uint8Array, palette?: number[]}} picture
 *   opaque, in colours or in levels, which are entries of a palette [red, green, blue, …]
 * @returns {Blob}
 */
export function bitmapOf({ width, height, rgba, levels, palette }) {
  const bytes = rgba ? 4 : 1, line = (bytes * width + 3) & ~3, colours = rgba ? 0 : palette.length / 3;
  const start = HEAD + 4 * colours, file = new Uint8Array(start + line * height), head = new DataView(file.buffer);
  head.setUint16(0, 0x424d); // BM
  [[2, file.length], [10, start], [14, HEAD - 14], [18, width], [22, height], [46, colours]]
    .forEach(([at, value]) => head.setUint32(at, value, true));
  [[26, 1], [28, 8 * bytes]].forEach(([at, value]) => head.setUint16(at, value, true));
  for (let entry = 0; entry < colours; entry++) {
    const [red, green, blue] = palette.slice(3 * entry, 3 * entry + 3);
    file.set([blue, green, red, 0], HEAD + 4 * entry);
  }
  const content = rgba ? new Uint8Array(swapped(rgba).buffer) : levels;
  for (let y = 0; y < height; y++) { // the last row first
    file.set(content.subarray(y * bytes * width, (y + 1) * bytes * width), start + (height - 1 - y) * line);
  }
  return new Blob([file], { type: "image/bmp" });
}

/** Red and blue change places. */
function swapped(rgba) {
  return new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4)
    .map((pixel) => (pixel & 0xff00ff00) | ((pixel & 0xff) << 16) | ((pixel >>> 16) & 0xff));
}
