// The cards of the glossary: whoever points at a word's link, taps it or reaches it by Tab sees what the word means.

const LINKS = 'a[href^="#word-"]', CARD = "word-card", LEAVING = 200; // milliseconds in which a mouse may reach the card

/** Listens to the page; `read` gives name -> {title, html} of the words. Returns what ends that. */
export function wordCards(read) {
  const ending = new AbortController();
  let words = null, shown = null, pinned = false, leaving = 0; // the link whose card is shown, and whether it stays

  const card = () => document.getElementById(CARD);
  const linkOf = ({ target }) => target.closest?.(LINKS) ?? null;

  async function show(link, stays) {
    clearTimeout(leaving);
    if (link === shown) {
      pinned ||= stays;
      return;
    }
    hide();
    [shown, pinned] = [link, stays];
    const word = (await (words ??= read()))[link.hash.slice("#word-".length)];
    if (shown !== link || !word) return;
    const made = Object.assign(document.createElement("div"), { id: CARD, role: "tooltip", innerHTML: word.html });
    const { color, backgroundColor } = getComputedStyle(link.closest(".stApp") ?? document.body);
    Object.assign(made.style, { color, backgroundColor });
    document.body.append(made);
    link.setAttribute("aria-describedby", CARD);
    place(made, link.getBoundingClientRect());
  }

  function hide() {
    clearTimeout(leaving);
    card()?.remove();
    shown?.removeAttribute("aria-describedby");
    [shown, pinned] = [null, false];
  }

  function leave() {
    clearTimeout(leaving);
    if (!pinned) leaving = setTimeout(hide, LEAVING);
  }

  const hears = {
    pointerover: (event) => {
      if (event.pointerType !== "mouse") return; // a finger taps
      if (linkOf(event)) show(linkOf(event), false);
      else if (event.target.closest?.(`#${CARD}`)) clearTimeout(leaving);
      else if (shown && shown !== document.activeElement) leave();
    },
    focusin: (event) => {
      if (linkOf(event)) show(linkOf(event), false);
      else if (shown && !event.target.closest?.(`#${CARD}`)) hide();
    },
    click: (event) => {
      const link = linkOf(event);
      if (link) {
        event.preventDefault(); // of the page, not of another place in it
        show(link, true).then(() => event.detail === 0 && card()?.querySelector("a")?.focus()); // by the keyboard
      } else if (!event.target.closest?.(`#${CARD}`)) hide();
    },
    keydown: (event) => {
      if (event.key !== "Escape" || !shown) return;
      const link = shown;
      if (card()?.contains(document.activeElement)) link.focus();
      hide();
    },
    scroll: () => shown && card() && place(card(), shown.getBoundingClientRect()),
  };
  for (const [kind, hear] of Object.entries(hears)) document.addEventListener(kind, hear, { capture: true, signal: ending.signal });
  return () => {
    ending.abort();
    hide();
  };
}

/** Puts a card below a word, or above it where there is no room. */
function place(card, word) {
  const [width, height] = [card.offsetWidth, card.offsetHeight], below = word.bottom + 6;
  card.style.left = `${Math.max(8, Math.min(word.left, innerWidth - width - 8))}px`;
  card.style.top = `${below + height <= innerHeight - 8 ? below : Math.max(8, word.top - height - 6)}px`;
}
