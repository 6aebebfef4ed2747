// Images and paragraphs of our own beside those of Streamlit, which style sheets (mvae/ui/frame/style.css and
// mvae/ui/latent/style.css) hide as long as ours are there. An image whose source changes would be blank until it is read, and what is within a
// paragraph of Markdown is other elements each time, which React alone may change.

const OWN = "mvae-live";

export class StandIns {
  #words = new Map(); // a paragraph of ours -> its HTML
  #images = new Set(); // ours

  /** Shows an image that the browser has read in place of one of Streamlit's, which says what is to be seen. */
  image(theirs, image) {
    if (!theirs || (image.isConnected && image.parentNode === theirs.parentNode)) return;
    const { width, maxWidth, borderRadius } = getComputedStyle(theirs);
    Object.assign(image.style, { width: theirs.style.width || width, maxWidth, borderRadius });
    [image.className, image.alt, image.ariaHidden] = [OWN, "", "true"];
    const before = theirs.parentNode.querySelector(`:scope > img.${OWN}`);
    if (before) before.replaceWith(image);
    else theirs.after(image);
    this.#images.delete(before);
    this.#images.add(image);
  }

  /** Shows HTML in place of a paragraph. */
  paragraph(theirs, html) {
    if (!theirs) return;
    let own = theirs.parentNode.querySelector(`:scope > p.${OWN}`);
    if (!own) {
      own = document.createElement("p");
      own.className = OWN;
      theirs.after(own);
    }
    if (this.#words.get(own) !== html) own.innerHTML = html;
    this.#words.set(own, html);
  }

  /** Returns a promise of when the browser has read all of Streamlit's images that ours hide. */
  async ready() {
    const theirs = [...this.#images].map((own) => own.parentNode?.querySelector(`:scope > img:not(.${OWN})`));
    await Promise.all(theirs.map((image) => image?.decode().catch(() => {})));
  }

  /** Shows what Streamlit shows. */
  release() {
    for (const own of [...this.#images, ...this.#words.keys()]) own.remove();
    this.#images.clear();
    this.#words.clear();
  }
}
