// HTML that differs in a few numbers from what is there: elements that are there stay. A browser styles, lays out and
// paints anew whatever is another element, and whoever watches the page hears of it.

/** Makes what is in an element that which HTML says. */
export function rewrite(element, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  become(element, template.content);
}

function become(now, then) {
  const there = [...now.childNodes], wanted = [...then.childNodes];
  if (there.length !== wanted.length || there.some(({ nodeName }, at) => nodeName !== wanted[at].nodeName)) {
    now.replaceChildren(...wanted);
    return;
  }
  there.forEach((each, at) => (each.nodeType === Node.ELEMENT_NODE ? alter(each, wanted[at]) : say(each, wanted[at])));
}

function alter(now, then) {
  for (const { name, value } of then.attributes) {
    if (now.getAttribute(name) !== value) now.setAttribute(name, value);
  }
  for (const name of now.getAttributeNames()) if (!then.hasAttribute(name)) now.removeAttribute(name);
  become(now, then);
}

function say(now, { data }) {
  if (now.data !== data) now.data = data;
}
