// The replay of a training: all epochs lie in one picture, so that moving through them asks the server nothing.
// `data` is what mvae/ui/training/replay.py gives. Called again with new data while a training goes on.

const WIDTH = 300, HEIGHT = 90; // of a chart's coordinates
const DASHES = ["", "7 3", "2 3", "7 3 2 3", "10 3", "10 3 2 3"];
const PICTURE = 120, FEW = 10; // so wide are the pictures of up to so many classes

export default function ({ parentElement, data, setStateValue }) {
  const find = (name) => parentElement.querySelector(name);
  const root = find(".replay");
  const slider = find("input");
  const play = find("button");
  const { epochs, total, texts, classes } = data;

  // Whoever looks at the last epoch goes on looking at the last one.
  const first = root.shown === undefined;
  const following = first ? data.epoch === null : root.shown >= root.epochs;
  root.shown = Math.min(Math.max(1, following ? epochs : (root.shown ?? data.epoch)), Math.max(1, epochs));
  root.epochs = epochs;
  root.show = show; // the timer of an earlier call goes on with what is known now

  if (first) {
    for (const [index, row] of data.rows.entries()) {
      const heading = document.createElement("div");
      heading.className = "heading";
      heading.textContent = row.title;
      const canvas = document.createElement("canvas");
      canvas.setAttribute("role", "img");
      canvas.width = PICTURE * Math.min(FEW, classes.length);
      canvas.height = Math.round((canvas.width / classes.length) * (row.smooth ? 1 : 0.62));
      canvas.dataset.row = index;
      find(".pictures").append(heading, canvas);
    }
    root.style.setProperty("--classes", classes.length);
    root.style.setProperty("--few", Math.min(1, classes.length / FEW));
    find(".classes").append(...classes.map((name) => Object.assign(document.createElement("span"), { textContent: name })));
  }
  const sheet = new Image();
  sheet.onload = () => { root.sheet = sheet; show(root.shown); };
  sheet.src = data.sheet;

  slider.min = 1;
  slider.max = Math.max(1, epochs);
  slider.disabled = play.disabled = epochs < 2;
  slider.setAttribute("aria-label", texts.slider);
  draw_chart(find(".loss"), { [texts.loss]: data.loss }, data.loss_range, total, data.colours);
  draw_chart(find(".accuracy"), data.accuracy, [0, 100], total, data.colours);
  find(".accuracy .name").textContent = texts.accuracy;
  find(".loss").hidden = !data.loss.length;
  find(".accuracy").hidden = !Object.keys(data.accuracy).length;

  slider.oninput = () => { pause(); show(Number(slider.value)); };
  slider.onchange = () => setStateValue("epoch", root.shown);
  play.onclick = () => {
    if (root.timer) {
      pause();
      setStateValue("epoch", root.shown);
      return;
    }
    if (root.shown >= root.epochs) show(1);
    root.timer = setInterval(() => {
      root.show(root.shown + 1);
      if (root.shown >= root.epochs) {
        pause();
        setStateValue("epoch", root.shown);
      }
    }, data.interval);
    name_button();
  };
  name_button();
  show(root.shown);

  function pause() {
    clearInterval(root.timer);
    root.timer = null;
    name_button();
  }

  function name_button() {
    play.textContent = root.timer ? "❚❚ " + texts.pause : "▶ " + texts.play;
  }

  function show(epoch) {
    root.shown = Math.min(epoch, Math.max(1, epochs));
    slider.value = root.shown;
    const place = root.shown - 1;
    const heading = epochs ? texts.epoch.replace("{epoch}", root.shown).replace("{total}", total) : texts.nothing;
    find(".epoch").textContent = heading;
    const spoken = [heading];
    const loss = data.loss[place];
    if (loss !== undefined) {
      spoken.push(`${texts.loss} ${rounded(loss, 1)}`);
      find(".loss .name").textContent = spoken[1];
    }
    const legend = Object.entries(data.accuracy).map(([name, values], index) => {
      const value = values[place] === undefined ? "–" : `${values[place].toFixed(1)} %`;
      spoken.push(`${name} ${value}`);
      const item = document.createElement("span");
      item.innerHTML = `<svg width="28" height="8" aria-hidden="true"><line x1="0" y1="4" x2="28" y2="4" stroke="${data.colours[index]}" stroke-dasharray="${DASHES[index]}"/></svg>`;
      item.append(` ${name} `, Object.assign(document.createElement("b"), { textContent: value }));
      return item;
    });
    find(".legend").replaceChildren(...legend);
    slider.setAttribute("aria-valuetext", spoken.join(", "));
    for (const marker of parentElement.querySelectorAll(".marker")) {
      const x = along(root.shown, total);
      marker.setAttribute("x1", x);
      marker.setAttribute("x2", x);
      marker.style.visibility = epochs ? "visible" : "hidden";
    }
    for (const canvas of parentElement.querySelectorAll("canvas")) paint(canvas, data.rows[canvas.dataset.row], place, heading);
  }

  function paint(canvas, row, place, heading) {
    const brush = canvas.getContext("2d");
    canvas.setAttribute("aria-label", `${heading}: ${row.alt}`);
    brush.clearRect(0, 0, canvas.width, canvas.height);
    brush.imageSmoothingEnabled = row.smooth;
    brush.imageSmoothingQuality = "high";
    const pitch = canvas.width / classes.length, gap = 6;
    const inset = row.smooth ? 0.5 : 0; // or the neighbours' edges would shine through
    for (let label = 0; label < classes.length; label++) {
      const box = [label * pitch + gap / 2, 0, pitch - gap, canvas.height];
      brush.fillStyle = data.paper;
      brush.fillRect(...box);
      if (root.sheet && place < epochs) {
        brush.drawImage(
          root.sheet, label * row.width + inset, place * data.strip + row.top + inset,
          row.width - 2 * inset, row.height - 2 * inset, ...box,
        );
      }
    }
  }
}

function along(epoch, total) {
  return total > 1 ? ((epoch - 1) / (total - 1)) * WIDTH : WIDTH / 2;
}

function rounded(value, digits) {
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function draw_chart(chart, curves, [low, high], total, colours) {
  const svg = chart.querySelector("svg");
  const up = (value) => HEIGHT - ((value - low) / (high - low || 1)) * HEIGHT;
  svg.setAttribute("viewBox", `0 -4 ${WIDTH} ${HEIGHT + 8}`);
  svg.setAttribute("aria-label", Object.entries(curves).filter(([, values]) => values.length)
    .map(([name, values]) => `${name}: ${rounded(values[0], 1)} → ${rounded(values.at(-1), 1)}`).join("; "));
  const lines = Object.values(curves).map((values, index) => {
    const points = values.map((value, place) => `${along(place + 1, total)},${up(value)}`).join(" ");
    return `<polyline stroke="${colours[index]}" stroke-dasharray="${DASHES[index]}" points="${points}"/>`;
  });
  svg.innerHTML =
    `<line class="axis" x1="0" x2="${WIDTH}" y1="${HEIGHT}" y2="${HEIGHT}"/>${lines.join("")}` +
    `<line class="marker" y1="0" y2="${HEIGHT}"/>`;
  const [top, bottom] = chart.querySelectorAll(".scale span");
  top.textContent = rounded(high, 0);
  bottom.textContent = rounded(low, 0);
}
