"""A page that is ahead of the server paints what the model answers, until it is stopped."""

import pytest

from tests.web.javascript import JavaScript

pytestmark = pytest.mark.browser

ENGINE = b"""
const engine = { ready: true, manifest: { modalities: [] }, ask() {}, stop() {} };
export const startEngine = async () => engine;
"""
ANSWERED = """
const { Ahead } = await import("/live/ahead.js");
const soon = () => new Promise((resolve) => setTimeout(resolve, 10)), painted = [];
let answer = null;
class Page extends Ahead {
  isAhead() { return true; }
  answer() { return new Promise((resolve) => { answer = resolve; }); }
}
const painter = { paint: () => painted.push("an answer"), release() {} };
const page = new Page(document.createElement("div"), painter, () => {});
await page.hear({ model: "model/" });
while (answer === null) await soon();
if (stops) page.stop();
answer({});
await soon();
return painted;
"""


@pytest.mark.parametrize(("stops", "painted"), [(False, ["an answer"]), (True, [])])
def test_what_is_stopped_while_the_model_answers_paints_no_more(
    javascript: JavaScript, stops: bool, painted: list[str]
) -> None:
    javascript.files["/engine/engine.js"] = ENGINE
    assert javascript(ANSWERED, stops=stops) == painted
