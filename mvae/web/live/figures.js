// Pictures of our own, each with its caption, in place of those that Streamlit has not painted.

/** The HTML of a figure that is still empty. */
export const FIGURE = '<div class="mvae-live"><img><div class="missing-caption"></div></div>';

/** Returns a picture, {src, caption, alt}. */
export function figure(content) {
  const element = document.createElement("div");
  element.innerHTML = FIGURE;
  fill(element, content);
  return element.firstChild;
}

/** Shows a picture in a figure that is there. */
export function fill(element, { src, caption, alt }) {
  const image = element.querySelector("img"), said = element.querySelector(".missing-caption");
  if (image.src !== src) image.src = src;
  if (image.alt !== alt) image.alt = alt;
  if (said.textContent !== caption) said.textContent = caption;
}

/** Returns the frame in place of a picture that is missing, as `missing_picture` of mvae/ui/views/look.py. */
export function frame({ caption, alt, missing, ratio }) {
  const element = document.createElement("div"), box = document.createElement("div"), said = document.createElement("div");
  [box.className, box.textContent, box.role, box.ariaLabel] = ["missing", missing, "img", alt];
  box.style.aspectRatio = ratio;
  [said.className, said.textContent] = ["missing-caption", caption];
  element.append(box, said);
  return element;
}
