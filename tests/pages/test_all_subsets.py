import re

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import mvae
from mvae.evaluation.table import TABLE_ROWS
from mvae.inference.completion import Completion
from mvae.model.subsets import subset_key
from mvae.ui.state.contents import Drawing
from mvae.ui.state.slots import Slot
from tests.pages.conftest import Opener

PAGE = "all_subsets"


@pytest.fixture
def app(open_page: Opener) -> AppTest:
    return open_page(PAGE)


def slots(app: AppTest) -> dict[str, Slot]:
    return app.session_state["slots"]


def let_the_model_speak(app: AppTest) -> AppTest:
    (button,) = (button for button in app.button if "say" in button.label)
    button.click().run()
    assert not app.exception
    return app


def table(app: AppTest) -> str:
    """The table's HTML, or nothing."""
    return next((item.proto.body for item in app.get("html") if "<table>" in item.proto.body), "")


def captions(app: AppTest) -> list[str]:
    return re.findall(r"<figcaption>(.*?)</figcaption>", table(app))


def labels(app: AppTest) -> list[str]:
    return re.findall(r"<td>(\d)<small>(.*?)</small></td>", table(app))


def elbos(app: AppTest) -> list[tuple[str, str]]:
    """Each row's ELBO, and what is said of it."""
    return re.findall(r"<td>(−.*?)(?:<small>(.*?)</small>)?</td>", table(app))


def expected(app: AppTest) -> tuple[list[Completion], list[float]]:
    pipe = mvae.load_pretrained()
    inputs = {name: slot.prepared for name, slot in slots(app).items()}
    completions = pipe.complete(inputs, list(TABLE_ROWS))
    return completions, pipe.elbo(inputs, completions)


def clear_speech(app: AppTest) -> AppTest:
    slots(app)["speech"].put(None)
    return app.run()


def test_with_two_inputs_three_rows_are_shown_and_four_say_what_to_add(app: AppTest) -> None:
    clear_speech(app)
    assert captions(app) == ["input"] * 2 + [
        "given", "imagined", "imagined",
        "imagined", "given", "imagined",
        "given", "given", "imagined",
    ]  # fmt: skip
    assert table(app).count("Add Speech to see this row.") == 4
    assert "Speech is missing" in app.info[0].value


def test_a_modality_that_is_switched_off_still_counts_as_input(app: AppTest) -> None:
    before = captions(app)
    slots(app)["farsi"].present = False
    assert captions(app.run()) == before


def test_all_seven_rows_are_there_before_the_first_click(app: AppTest) -> None:
    spoken = slots(app)["speech"]
    assert not spoken.present
    assert "George says 5" in spoken.content.origin
    assert_seven_rows(app)


def test_all_seven_rows_once_the_model_has_spoken_again(app: AppTest) -> None:
    assert_seven_rows(let_the_model_speak(clear_speech(app)))


def assert_seven_rows(app: AppTest) -> None:
    assert not app.info
    shown = captions(app)
    assert shown[:3] == ["input"] * 3
    rows = [shown[3 + 3 * row : 6 + 3 * row] for row in range(7)]
    assert rows == [
        ["given" if name in subset else "imagined" for name in ("farsi", "kannada", "speech")]
        for subset in TABLE_ROWS
    ]
    assert all(re.findall(r'<img [^>]*alt="(.*?)"', table(app)))
    button = r'<th scope="row"><button [^>]*>(?:<span[^>]*>●</span> )?(.*?)</button>'
    assert re.findall(button, table(app)) == [
        "Farsi", "Kannada", "Speech", "Farsi + Kannada", "Kannada + Speech", "Farsi + Speech",
        "Farsi + Kannada + Speech",
    ]  # fmt: skip


def test_labels_and_elbos_are_the_pipelines_and_the_highest_is_named(app: AppTest) -> None:
    completions, bounds = expected(app)
    assert elbos(app) == [(f"−{-bound:,.1f}", "highest" * (bound == max(bounds))) for bound in bounds]
    assert any("“highest” marks the largest, which need not be" in item.value for item in app.caption)
    assert labels(app) == [(str(out.label), f"{out.label_probs[out.label]:.1%}") for out in completions]


def test_the_models_accuracy_stands_apart_from_what_is_of_this_input(app: AppTest) -> None:
    assert '<div class="table apart">' in table(app)
    head = re.findall(r'<th scope="col">(.*?)</th>', table(app))
    assert head[-2:] == ["ELBO of the inputs, nats", "Accuracy over the test split, Table 1"]
    rows = table(app).split("<tr>")[3:]
    assert all(re.search(r"<td>[\d.]+%</td></tr>", row) for row in rows)
    assert any("The last column is not of this input" in item.value for item in app.caption)


def pictures(app: AppTest) -> dict[str, list[str]]:
    """The pictures of the rows below the input, by what kind they are."""
    found = re.findall(r'<img src="(.*?)".*?<figcaption>(.*?)</figcaption>', table(app), flags=re.DOTALL)
    return {kind: [url for url, name in found if name == kind] for kind in ("given", "imagined")}


def test_what_is_imagined_is_a_sample_or_the_mean_and_the_page_says_which(app: AppTest) -> None:
    sample, said = pictures(app), [item.value for item in app.caption if "Imagined from" in item.value]
    assert "one draw" in said[0]
    assert "share the same noise" in said[0]
    app.session_state["imagination_kind"] = "mean"
    app.run()
    said = [item.value for item in app.caption if "Imagined from" in item.value]
    assert "mean" in said[0]
    assert "noise" not in said[0]
    assert len(sample["given"]) == 12
    assert pictures(app)["given"] == sample["given"]
    assert not set(pictures(app)["imagined"]) & set(sample["imagined"])


def test_pictures_say_which_digit_they_are(app: AppTest) -> None:
    completions, _ = expected(app)
    read = re.findall(r'<img [^>]*alt="[^"]*the label decoder reads (\d)', table(app))
    alone = [out.label for out in completions[:3]]  # each input by itself
    assert read == [str(label) for label in alone + [out.label for out in completions for _ in range(3)]]


def test_the_numbers_can_be_taken_home(app: AppTest) -> None:
    assert [button.label for button in app.get("download_button")] == [
        "Speech as WAV", "Result as JSON", "Result as CSV",
    ]  # fmt: skip


def test_another_drawing_changes_all_rows(app: AppTest) -> None:
    before = elbos(app)
    slots(app)["farsi"].put(Drawing.of([[(0.2, 0.2), (0.8, 0.8)]]))
    app.run()
    assert len(before) == len(elbos(app)) == 7
    assert not set(before) & set(elbos(app))


def test_the_speech_of_each_row_can_be_heard(app: AppTest) -> None:
    heard = set()
    for subset in TABLE_ROWS:
        app.selectbox(key="listen-to").set_value(subset_key(subset))
        app.button(key="listen").click().run()
        heard.add(app.get("audio")[0].proto.url)
        app.run()  # back to the button
    assert len(heard) == 7


def test_the_row_that_is_listened_to_may_vanish(app: AppTest) -> None:
    app.selectbox(key="listen-to").set_value("speech").run()
    clear_speech(app)
    assert not app.exception
    assert app.selectbox(key="listen-to").value != "speech"
    assert app.button(key="listen")


def test_without_any_input_the_page_says_what_to_do(app: AppTest) -> None:
    for slot in slots(app).values():
        slot.put(None)
    app.run()
    assert not app.exception
    assert "draw a digit or say one" in app.info[0].value
    assert not table(app)


def test_two_missing_modalities_are_both_named(app: AppTest) -> None:
    slots(app)["kannada"].put(None)
    clear_speech(app)
    assert app.info[0].value.startswith("Kannada and Speech are missing: 1 of")
    assert "Add Kannada and Speech to see this row." in table(app)


def test_below_each_picture_stands_its_error_as_in_table_1(app: AppTest) -> None:
    """By the definitions, from what is decoded from the mean; the pictures may show a draw."""
    inputs = {name: slot.prepared for name, slot in slots(app).items()}
    pipe = mvae.load_pretrained()
    standardisation = pipe.description.standardisation["speech"]
    expected = []
    for out in pipe.complete(inputs, list(TABLE_ROWS)):
        for name in ("farsi", "kannada"):
            p, x = getattr(out, name).astype(float), inputs[name]
            expected.append(("BCE", -(x * np.log(p) + (1 - x) * np.log1p(-p)).sum()))
        difference = standardisation.apply(out.mfcc) - standardisation.apply(inputs["speech"])
        expected.append(("MSE", np.square(difference).mean()))
    found = re.findall(r"</figcaption><small>(BCE|MSE) (.*?)</small>", table(app))
    assert [kind for kind, _ in found] == [kind for kind, _ in expected]
    for (kind, written), (_, value) in zip(found, expected, strict=True):
        assert float(written) == pytest.approx(value, abs=0.06 if kind == "BCE" else 0.0006)


def test_without_speech_there_is_no_error_of_speech(app: AppTest) -> None:
    clear_speech(app)
    assert "BCE" in table(app)
    assert "MSE" not in table(app)
