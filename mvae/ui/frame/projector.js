// In a room: a click on a picture, or Enter where it has the focus, shows it over the whole screen.

const PICTURES = '[data-testid="stMain"] :is([data-testid="stImage"] img, .mvae-live img, .stHtml img, svg.drawn, .stMarkdown svg[role="img"])';
const CLOSING = ["Enter", " "]; // and Escape, which the browser knows

export default function ({ data }) {
  const room = (window.mvaeRoom ??= prepare());
  room.switch(data.on, data.texts);
  document.querySelector(".st-key-projector label")?.setAttribute("title", data.texts.help);
}

// Adds the listeners once; they stay, and do nothing until the switch is on.
function prepare() {
  let on = false, texts = {}, shown = null;
  const look = new MutationObserver(() => mark());
  const marked = new Set();

  /** Lets the keyboard reach all pictures; Streamlit makes some anew. */
  function mark() {
    for (const picture of document.querySelectorAll(PICTURES)) {
      if (picture.tabIndex === 0 || !picture.getBoundingClientRect().width) continue;
      picture.setAttribute("tabindex", "0");
      picture.setAttribute("aria-description", texts.open);
      marked.add(picture);
    }
  }

  function unmark() {
    for (const picture of marked) {
      picture.removeAttribute("tabindex");
      picture.removeAttribute("aria-description");
    }
    marked.clear();
  }

  function open(picture) {
    const dialog = document.createElement("dialog"), copy = picture.cloneNode(true), close = document.createElement("button");
    [dialog.className, dialog.ariaLabel] = ["mvae-room", picture.getAttribute("alt") ?? picture.getAttribute("aria-label") ?? ""];
    [close.type, close.textContent] = ["button", texts.close];
    copy.removeAttribute("tabindex");
    copy.removeAttribute("aria-description");
    const frame = document.createElement("div");
    frame.className = copy.matches("svg.drawn") ? "diagram" : "";
    frame.append(copy);
    dialog.append(frame, close);
    dialog.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      shown = null;
      picture.focus?.({ preventScroll: true });
    });
    document.querySelector(".stApp").append(dialog);
    shown = dialog;
    dialog.showModal();
  }

  addEventListener("click", (event) => {
    const picture = on && !shown && event.target.closest?.(PICTURES);
    if (!picture || event.target.closest("button, a")) return;
    event.preventDefault();
    open(picture);
  });
  addEventListener("keydown", (event) => {
    if (!on || shown || !CLOSING.includes(event.key) || !event.target.matches?.(PICTURES)) return;
    event.preventDefault();
    open(event.target);
  });

  return {
    switch(isOn, itsTexts) {
      [on, texts] = [isOn, itsTexts];
      look.disconnect();
      if (!on) return unmark();
      mark();
      look.observe(document.body, { childList: true, subtree: true });
    },
  };
}
