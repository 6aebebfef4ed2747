// What becomes of a pen's moves on their way to the server, so that the page draws the very same: the brush of
// streamlit-drawable-canvas (PencilBrush of Fabric.js 7, MIT), which makes curves through the middles between points,
// and mvae/ui/inputs/fabric.py, which makes polylines of these.

/**
 * Returns the strokes of a canvas in units of its side, or null where they are so many that the server thins them.
 *
 * @param {number[][][]} initial (strokes, points, 2) with which the canvas began, in units of its side
 * @param {number[][][]} drawn (strokes, points, 2) that were drawn on it since, as the pen moved, in its pixels
 * @param {object} constants `pencil` of mvae/ui/inputs/constants.py
 */
export function strokesOf(initial, drawn, constants) {
  const { size, penWidth, mostCommands, curveSteps } = constants;
  const paths = drawn.map((points) => brushed(points, penWidth));
  const commands = [...initial, ...paths].reduce((sum, { length }) => sum + length, 0);
  if (commands > mostCommands) return null;
  const most = Math.max(1, Math.min(curveSteps, Math.floor(mostCommands / Math.max(1, commands))));
  const lines = paths.map((path) => placed(path, most, constants).map(([x, y]) => [x / size, y / size]));
  return [...initial, ...lines];
}

/** Points -> commands of a path, as the brush makes them. */
export function brushed(moves, penWidth) {
  const points = [moves[0], moves[0]];
  for (const move of moves.slice(1)) if (!same(move, points.at(-1))) points.push(move);
  return smooth(decimated(points), penWidth / 1000);
}

/** Leaves out points nearer than 0.4 pixels to the one before, and, as the brush does, the last but one. */
function decimated(points) {
  if (points.length <= 2) return points;
  const kept = [points[0]], last = points.length - 1;
  for (let at = 1; at < last - 1; at++) {
    const [x, y] = kept.at(-1), [nextX, nextY] = points[at];
    if ((x - nextX) ** 2 + (y - nextY) ** 2 >= 0.4 ** 2) kept.push(points[at]);
  }
  return [...kept, points[last]];
}

/** Curves through the middles between points; both ends a little longer, so that a dot is seen. */
function smooth(points, longer) {
  const last = points.length - 1, turned = points.length > 2;
  const away = (from, to, axis) => Math.sign(from[axis] - to[axis]);
  const start = turned ? [0, 1].map((axis) => Math.sign(points[2][axis] - points[1][axis])) : [1, 0];
  const path = [["M", points[0][0] - start[0] * longer, points[0][1] - start[1] * longer]];
  for (let at = 0; at < last; at++) {
    const [one, next] = [points[at], points[at + 1]];
    if (!same(one, next)) path.push(["Q", ...one, one[0] + (next[0] - one[0]) * 0.5, one[1] + (next[1] - one[1]) * 0.5]);
  }
  const end = turned ? [0, 1].map((axis) => away(points[last], points[last - 1], axis)) : [1, 0];
  path.push(["L", points[last][0] + end[0] * longer, points[last][1] + end[1] * longer]);
  return path;
}

/** Commands of a path -> a polyline, moved as the server moves it: the middle of its box to where the canvas says. */
function placed(path, most, { flatness }) {
  const line = [path[0].slice(1)];
  for (const [command, ...numbers] of path.slice(1)) {
    if (command === "L") line.push(numbers);
    else line.push(...curve(line.at(-1), numbers.slice(0, 2), numbers.slice(2), most, flatness));
  }
  const said = middle(boundsOf(path)).map((each) => Number(each.toFixed(4))), found = middle(line);
  return line.map((point) => point.map((each, axis) => said[axis] + (each - found[axis])));
}

/** Points on a quadratic curve, without its start; Wang's formula says how many. */
function curve(start, control, end, most, flatness) {
  const bend = Math.hypot(...[0, 1].map((axis) => start[axis] - 2 * control[axis] + end[axis]));
  const steps = Math.min(most, Math.max(1, Math.ceil(Math.sqrt((2 * bend) / (8 * flatness)))));
  return Array.from({ length: steps }, (_, before) => {
    const share = (before + 1) / steps, between = (near, far) => (1 - share) * near + share * far;
    return [0, 1].map((axis) =>
      between(between(start[axis], control[axis]), between(control[axis], end[axis])));
  });
}

/** What Fabric.js takes for the furthest points of a path: a curve as if its control point counted twice. */
export function boundsOf(path) {
  const start = path[0].slice(1), found = [];
  let [x, y] = start;
  for (const [command, ...numbers] of path.slice(1)) {
    const end = numbers.slice(-2);
    found.push(command === "L" ? start : [x, y], end);
    if (command === "Q") found.push(...extremes([x, y], numbers.slice(0, 2), end));
    [x, y] = end;
  }
  return found;
}

function extremes(start, control, end) {
  const shares = [0, 1].flatMap((axis) => {
    const [a, b, c] = [start[axis], control[axis], end[axis]];
    const square = 3 * (c - a), linear = 6 * (a - b), constant = 3 * (b - a);
    if (Math.abs(square) < 1e-12) return Math.abs(linear) < 1e-12 ? [] : [-constant / linear];
    const root = linear * linear - 4 * constant * square;
    return root < 0 ? [] : [1, -1].map((sign) => (-linear + sign * Math.sqrt(root)) / (2 * square));
  });
  return shares.filter((share) => share > 0 && share < 1).map((share) => [0, 1].map((axis) => {
    const rest = 1 - share, twice = control[axis];
    return rest ** 3 * start[axis] + 3 * rest * share * twice + share ** 3 * end[axis];
  }));
}

function middle(points) {
  return [0, 1].map((axis) => {
    const values = points.map((point) => point[axis]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  });
}

const same = ([x, y], [otherX, otherY]) => x === otherX && y === otherY;
