// Small pictures of texts that Python has drawn, for pictures that are composed here.

/**
 * Unpacks them.
 *
 * @param {{sizes: [number, number][], pixels: string}} sheet width and height of each, and their pixels, one picture
 *   behind the other, deflated and in base64
 * @returns {Promise<{width: number, height: number, pixels: Uint8Array}[]>} pixels row by row, of as many channels each
 *   as the sheet has
 */
export async function spritesOf({ sizes, pixels }) {
  const packed = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const all = new Uint8Array(await new Response(stream).arrayBuffer());
  const channels = all.length / sizes.reduce((sum, [width, height]) => sum + width * height, 0);
  let end = 0;
  return sizes.map(([width, height]) => {
    const start = end;
    end += channels * width * height;
    return { width, height, pixels: all.slice(start, end) };
  });
}
