// Pictures as BMP files, which a browser shows in an image: larger than a PNG by far, and written in no time.

const HEAD = 54; // bytes, of which the last 40 are said of the picture
const AT_ONCE = 0x8000; // arguments of a call

/**
 * Writes a picture as a file.
 *
 * @param {{width: number, height: number, rgba?: Uint8ClampedArray, levels?: Uint8Array, palette?: number[]}} picture
 *   opaque, in colours or in levels, which are entries of a palette [red, green, blue, …]
 * @returns {Blob}
 */
export function bitmapOf(picture) {
  return new Blob([written(picture)], { type: "image/bmp" });
}

/** Writes a picture as a file within an address, of which a browser has the picture at once; otherwise as bitmapOf. */
export function toUrl(picture) {
  const file = written(picture);
  return `data:image/bmp;base64,${file.toBase64?.() ?? btoa(letters(file))}`; // not all browsers have the former yet
}

function written(picture) {
  const { width, height, levels, palette } = picture, rgba = levels ? null : picture.rgba; // which may have to be made
  const bytes = rgba ? 4 : 1, line = (bytes * width + 3) & ~3, colours = rgba ? 0 : palette.length / 3;
  const start = HEAD + 4 * colours, file = new Uint8Array(start + line * height), head = new DataView(file.buffer);
  head.setUint16(0, 0x424d); // BM
  [[2, file.length], [10, start], [14, HEAD - 14], [18, width], [22, height], [46, colours]]
    .forEach(([at, value]) => head.setUint32(at, value, true));
  [[26, 1], [28, 8 * bytes]].forEach(([at, value]) => head.setUint16(at, value, true));
  for (let entry = 0; entry < colours; entry++) {
    for (let channel = 0; channel < 3; channel++) file[HEAD + 4 * entry + 2 - channel] = palette[3 * entry + channel];
  }
  const content = rgba ? new Uint8Array(swapped(rgba).buffer) : levels;
  for (let y = 0; y < height; y++) { // the last row first
    file.set(content.subarray(y * bytes * width, (y + 1) * bytes * width), start + (height - 1 - y) * line);
  }
  return file;
}

function letters(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += AT_ONCE) text += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  return text;
}

/** Red and blue change places. */
function swapped(rgba) {
  return new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4)
    .map((pixel) => (pixel & 0xff00ff00) | ((pixel & 0xff) << 16) | ((pixel >>> 16) & 0xff));
}
