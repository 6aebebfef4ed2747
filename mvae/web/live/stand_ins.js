// Elements of our own that stand in place of Streamlit's, beside them: a style sheet (mvae/ui/latent/style.css) hides
// those as long as ours are there.

const OWN = "mvae-live";

export class StandIns {
  #elements = new Set(); // ours
  #shown = new WeakMap(); // one of ours -> the picture or the words on it

  /** @param {(picture: object, canvas: HTMLCanvasElement) => void} toCanvas of views/pictures.js */
  constructor(toCanvas) {
    this.toCanvas = toCanvas;
  }

  /** Shows a picture in place of an image, if there is one. */
  picture(image, picture) {
    const canvas = image && this.#beside(image, "canvas");
    if (!canvas || this.#shown.get(canvas) === picture) return;
    this.toCanvas(picture, canvas);
    canvas.ariaHidden = "true"; // the image says what is to be seen
    const { borderRadius } = getComputedStyle(image);
    Object.assign(canvas.style, { width: image.style.width, maxWidth: "100%", borderRadius });
    this.#shown.set(canvas, picture);
  }

  /** Shows HTML in place of a paragraph, if there is one. */
  paragraph(theirs, html) {
    const own = theirs && this.#beside(theirs, "p");
    if (!own || this.#shown.get(own) === html) return;
    own.innerHTML = html;
    this.#shown.set(own, html);
  }

  /** Shows what Streamlit shows; a picture, when the browser has read that. */
  release() {
    for (const own of this.#elements) {
      this.#elements.delete(own);
      const image = own.parentNode?.querySelector(":scope > img");
      const ready = own.localName === "canvas" && image ? image.decode().catch(() => {}) : null;
      if (ready) ready.then(() => this.#elements.has(own) || own.remove());
      else own.remove();
    }
  }

  #beside(theirs, name) {
    let own = theirs.parentNode.querySelector(`:scope > ${name}.${OWN}`);
    if (!own) {
      own = document.createElement(name);
      own.className = OWN;
      theirs.after(own);
    }
    this.#elements.add(own);
    return own;
  }
}
