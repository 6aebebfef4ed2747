// What is recorded with Streamlit's recorder. It makes a wav file of it, and an address of that for its player, before
// it sends the very same file to the server.

const KIND = "audio/wav", MICROPHONE = "st-key-microphone-"; // and the name of a modality, and a number

export class Recordings {
  #own;
  #browsers = URL.createObjectURL;
  #ending = new AbortController();

  /** @param {(name: string, file: Blob) => void} take is given the modality and what was recorded for it */
  constructor(take) {
    let name = null; // of the recorder that was used last
    document.addEventListener("click", ({ target }) => {
      const place = target.closest?.(`[class*="${MICROPHONE}"]`);
      const key = place && [...place.classList].find((each) => each.startsWith(MICROPHONE));
      if (key) name = key.slice(MICROPHONE.length).replace(/-\d+$/, "");
    }, { capture: true, signal: this.#ending.signal });
    this.#own = (file) => {
      if (name !== null && file instanceof Blob && file.type === KIND) take(name, file);
      return this.#browsers.call(URL, file);
    };
    URL.createObjectURL = this.#own;
  }

  stop() {
    this.#ending.abort();
    if (URL.createObjectURL === this.#own) URL.createObjectURL = this.#browsers;
  }
}
