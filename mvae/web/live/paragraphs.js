// Paragraphs of our own beside those of Streamlit, which a style sheet (mvae/ui/latent/style.css) hides as long as ours
// are there: what is within a paragraph of its Markdown is other elements each time, which React alone may change.

const OWN = "mvae-live";

export class Paragraphs {
  #words = new Map(); // one of ours -> its HTML

  /** Shows HTML in place of a paragraph, if there is one. */
  show(theirs, html) {
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

  /** Shows what Streamlit shows. */
  release() {
    for (const own of this.#words.keys()) own.remove();
    this.#words.clear();
  }
}
