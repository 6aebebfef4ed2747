// Keeps in this tab what its session is in a class, and tells it once to a session that may not know: that of a page which
// was loaded again. `kept` is what to keep, "" to forget it, null where the session is new.

const KEY = "mvae-class";
let told = false;

export default function ({ data, setTriggerValue }) {
  const first = !told;
  told = true;
  try {
    const kept = sessionStorage.getItem(KEY);
    // The link of a class takes a seat at once: the session has one then, though the tab knows of an earlier one.
    if (first && kept && kept !== data.kept && data.kept !== "") setTriggerValue("told", kept);
    if (data.kept) sessionStorage.setItem(KEY, data.kept);
    else if (data.kept === "") sessionStorage.removeItem(KEY);
  } catch { /* A browser may forbid it: then a reload leaves the class. */ }
}
