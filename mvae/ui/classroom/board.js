// The board of a class: a map of the latent on which lie the drawings that were sent; one that is touched is shown large.
// New drawings are added to those that are there: nothing flickers.

export default function ({ parentElement, data, setTriggerValue }) {
  const board = parentElement.querySelector(".board");
  board.update ??= prepare(board);
  board.update(data, (number) => setTriggerValue("taken", [number, Date.now()]));
}

function prepare(board) {
  const [canvas, place, large] = board.children;
  const [figure, takeAway, back] = large.children;
  const lying = new Map(); // number -> its button
  let data, drawn, take, opened = null;

  function show(sent) {
    opened = sent?.number ?? null;
    large.hidden = !sent;
    if (!sent) return;
    figure.replaceChildren(...pictures(sent, sent.alt), Object.assign(document.createElement("figcaption"), { textContent: sent.read }));
  }
  takeAway.onclick = () => { take(opened); show(null); };
  back.onclick = () => { lying.get(opened)?.focus(); show(null); };
  board.addEventListener("keydown", ({ key }) => { if (key === "Escape") back.onclick(); });
  new ResizeObserver(() => draw(canvas, data?.map)).observe(board);

  return (newData, newTake) => {
    [data, take] = [newData, newTake];
    board.classList.toggle("without-map", !data.map);
    board.classList.toggle("many", data.sent.length > 60);
    place.setAttribute("aria-label", data.alt);
    takeAway.textContent = data.texts.takeAway;
    back.textContent = data.texts.back;
    if (drawn !== data.name) draw(canvas, data.map);
    drawn = data.name;
    const numbers = new Set(data.sent.map(({ number }) => number));
    for (const [number, button] of lying) {
      if (numbers.has(number)) continue;
      button.remove();
      lying.delete(number);
      if (opened === number) show(null);
    }
    for (const sent of data.sent) {
      if (lying.has(sent.number)) continue;
      const button = document.createElement("button");
      button.className = "sent";
      button.style.setProperty("--colour", sent.colour);
      if (sent.place) [button.style.left, button.style.top] = sent.place.map((share) => `${100 * share}%`);
      button.setAttribute("aria-label", sent.alt);
      button.append(...pictures(sent, ""));
      button.onclick = () => { show(sent); back.focus(); };
      place.append(button);
      lying.set(sent.number, button);
    }
  };
}

function pictures({ pictures }, alt) {
  return pictures.map((src) => Object.assign(new Image(), { src, alt }));
}

// Draws the map's points pale, so that the drawings stand out, and the mark of each class large in its middle.
function draw(canvas, map) {
  canvas.hidden = !map;
  if (!map) return;
  const { points, middles, colours, marks, paper, units } = map;
  const side = canvas.clientWidth, pen = canvas.getContext("2d");
  canvas.width = canvas.height = side * devicePixelRatio;
  pen.scale(devicePixelRatio, devicePixelRatio);
  pen.fillStyle = paper;
  pen.fillRect(0, 0, side, side);
  pen.globalAlpha = 0.35;
  for (let i = 0; i < points.length; i += 3) {
    pen.fillStyle = colours[points[i + 2] % colours.length];
    pen.beginPath();
    pen.arc((points[i] * side) / units, (points[i + 1] * side) / units, side / 350, 0, 7);
    pen.fill();
  }
  pen.globalAlpha = 0.8;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = `600 ${side / 18}px sans-serif`;
  for (const [x, y, label] of middles) {
    pen.fillStyle = colours[label % colours.length];
    pen.fillText(marks[label], (x * side) / units, (y * side) / units);
  }
}
