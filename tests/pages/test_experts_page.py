import json
import re
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import mvae
from mvae.inference.conflict import judge_conflict
from mvae.inference.gaussians import product_of_gaussians, symmetric_kl
from mvae.inference.pipeline import Pipeline
from mvae.inference.planes import agreeing_dimensions, pulling_dimensions, pulling_plane
from mvae.modalities.sound import mfcc, read_recording
from mvae.ui import keys
from mvae.ui.experts import bench, conflict_inputs, versions
from mvae.ui.experts.text import Experts as Text
from mvae.ui.results.examples import imagined, recorded
from mvae.ui.state.contents import Drawing, Recording
from mvae.ui.state.slots import Slot, example
from mvae.ui.state.task import POSTERS
from mvae.ui.text import Common
from mvae.ui.views.colours import CHART_TEXT, looks
from tests.helpers import read
from tests.pages.conftest import ROOT, Opener
from tests.voice import sound_file, voice

PAGE = "experts"
COLOURS = {name: look.colour for name, look in looks(POSTERS.names).items()}


@pytest.fixture(scope="module")
def pipe() -> Pipeline:
    return mvae.load_pretrained("conv")


@pytest.fixture
def app(open_page: Opener) -> AppTest:
    return open_page(PAGE)


def tab(app: AppTest, name: str) -> AppTest:
    app.session_state["experts-view-kept"] = name
    app.run()
    assert not app.exception
    return app


def slots(app: AppTest) -> dict[str, Slot]:
    return app.session_state["slots"]


def inputs(app: AppTest) -> dict[str, np.ndarray]:
    return {name: slot.prepared for name, slot in slots(app).items() if slot.prepared is not None}


def bars(app: AppTest) -> dict[str, str]:
    """Each expert's name and the share beside its bar."""
    (html,) = (item.proto.body for item in app.get("html") if 'class="bars shares"' in item.proto.body)
    return dict(re.findall(r"<span>(?:<em .*?</em> )?([^<]*)</span><i.*?></i><span>(.*?)</span>", html))


def charts(app: AppTest) -> list[str]:
    return [item.proto.spec for item in app.get("plotly_chart")]


def alts(app: AppTest, kind: str = "plotly_chart") -> list[str]:
    return [item.proto.alt for item in app.get(kind)]


def ellipses(app: AppTest) -> dict[str, Any]:
    """What the ellipses are drawn from, and what is said of them."""
    (chart,) = (
        item.proto for item in app.get("bidi_component") if item.proto.component_name == "mvae.ellipses"
    )
    return json.loads(chart.json)


def texts(app: AppTest) -> str:
    return "\n".join(item.value for item in (*app.markdown, *app.caption, *app.info))


def share(value: float) -> str:
    return f"{value:.1%}"


def expected_shares(shares: dict[str, float]) -> dict[str, str]:
    names = {"prior": "Prior", "farsi": "Farsi", "kannada": "Kannada", "speech": "Speech"}
    return {title: share(shares[name]) if name in shares else "missing" for name, title in names.items()}


def test_all_three_experts_are_there_before_the_first_click(app: AppTest, pipe: Pipeline) -> None:
    assert not app.exception
    assert isinstance(slots(app)["speech"].content, Recording)
    assert not slots(app)["speech"].present
    alt = ellipses(app)["alt"]
    for name in ("Prior", "Farsi", "Kannada, missing", "Speech, missing", "Product"):
        assert f"{name} at" in alt
    (out,) = pipe.complete(inputs(app), [("farsi",)])
    assert bars(app) == expected_shares(out.expert_shares)


def test_the_frame_stays_and_the_product_moves_when_a_modality_is_switched_on(
    app: AppTest, pipe: Pipeline
) -> None:
    before = ellipses(app)
    app.toggle(key="present-kannada").set_value(True).run()
    assert slots(app)["kannada"].present
    after = ellipses(app)
    assert after["bounds"] == before["bounds"]
    assert after["shapes"][-1] != before["shapes"][-1]
    assert "Kannada at" in after["alt"]
    (out,) = pipe.complete(inputs(app), [("farsi", "kannada")])
    assert bars(app) == expected_shares(out.expert_shares)


def test_with_all_switched_off_the_product_is_the_prior(app: AppTest) -> None:
    app.toggle(key="present-farsi").set_value(False).run()
    assert not app.exception
    assert bars(app)["Prior"] == "100.0%"
    assert Text.ALL_MISSING in texts(app)
    alt = ellipses(app)["alt"]
    place = re.findall(r"(?:Prior|Product) at (.*?)(?:;|\.$)", alt)
    assert len(place) == 2
    assert place[0] == place[1]


def test_the_plane_of_two_dimensions_names_them(app: AppTest, pipe: Pipeline) -> None:
    everything = inputs(app)
    (out,) = pipe.complete(everything, [tuple(everything)])
    first, second = agreeing_dimensions(out.experts).dimensions or ()  # the clearest comes first
    assert f"The dimensions {first} and {second} are" in read(texts(app))
    assert f"Latent dimension {second}," in ellipses(app)["titles"][1]
    app.button_group(key=keys.EXPERTS_PLANE).set_value("pull").run()
    assert f"**{pulling_plane(out.experts).share:.0%}** of the squared pull" in read(texts(app))
    app.button_group(key=keys.EXPERTS_PLANE).set_value("dimensions").run()
    first, second = pulling_dimensions(out.experts).dimensions or ()
    assert f"The dimensions {first} and {second} are" in texts(app)
    assert f"Latent dimension {first}," in ellipses(app)["titles"][0]


def test_a_modality_without_input_offers_digits(app: AppTest) -> None:
    slots(app)["speech"].put(None)
    slots(app)["kannada"].put(None)
    app.run()
    assert not app.exception
    assert "Speech" not in ellipses(app)["alt"]
    app.button_group(key="example-kannada").set_value(4).run()
    assert slots(app)["kannada"].content == example("kannada", 4)
    app.button_group(key="example-speech").set_value(0).run()
    assert slots(app)["speech"].content is recorded(0)
    assert not app.exception
    assert app.toggle(key="present-speech").value


def test_one_blank_drawing_and_no_input_at_all(app: AppTest) -> None:
    for slot in slots(app).values():
        slot.put(None)
    app.run()
    for name in ("plane", "corrupt"):
        tab(app, name)
        assert app.info[0].value == Common.NO_INPUT
        assert not charts(app)
        assert "ellipses" not in str(app.get("bidi_component"))
    tab(app, "conflict")
    assert conflict_inputs.OWN not in app.selectbox(key=keys.CONFLICT_FIRST).options
    tab(app, "bench")


def test_the_bench_shows_what_the_package_computes(app: AppTest) -> None:
    tab(app, "bench")
    for count, prior in ((2, True), (4, True), (3, False)):
        app.button_group(key=keys.BENCH_COUNT).set_value(count)
        app.toggle(key=keys.BENCH_PRIOR).set_value(prior)
        app.run()
        gaussians = np.array([*bench.START[:count], *([(0.0, 1.0)] if prior else [])])
        mean, variance = product_of_gaussians(gaussians[:, 0], gaussians[:, 1] ** 2)
        said = texts(app).replace("−", "-")
        assert f"mean **{mean:.2f}**, standard deviation **{np.sqrt(variance):.2f}**" in said


def test_reset_brings_the_benchs_gaussians_back(app: AppTest) -> None:
    app.session_state[keys.BENCH] = ((1.0, 2.0),) * 4
    tab(app, "bench")
    first = texts(app)
    app.button(key=keys.BENCH_RESET).click().run()
    assert app.session_state[keys.BENCH] == bench.START
    assert texts(app) != first


def test_the_benchs_link_is_read_within_limits_and_refused_if_it_makes_no_sense() -> None:
    assert bench.parse_gaussians("-2:1,1.5:0.6,3:1.5,-3.5:0.8") == bench.START
    assert bench.parse_gaussians("99:1,-99:0,0:99,0:1") == ((5, 1), (-5, 0.2), (0, 3), (0, 1))
    for text in ("", "1:1", "a:1,1:1,1:1,1:1", "nan:1,1:1,1:1,1:1", "1:1:1,1:1,1:1,1:1"):
        with pytest.raises(ValueError, match=r"."):
            bench.parse_gaussians(text)


def test_a_drawn_3_against_a_spoken_7(app: AppTest, pipe: Pipeline) -> None:
    tab(app, "conflict")
    given = {"farsi": example("farsi", 3).ink, "speech": recorded(7).mfcc}
    outs = pipe.complete(given, [("farsi",), ("speech",), ("farsi", "speech")])
    judged = judge_conflict(pipe, *outs)
    winner, odds, apart = app.metric
    assert winner.value == f"{POSTERS.experts[judged.winner]}: {judged.together}"
    assert odds.value == f"{abs(judged.odds):,.1f} nats"
    assert apart.value == f"{judged.distance:,.1f} nats"
    loser = ({3, 7} - {judged.together}).pop()
    assert f"log p({judged.together}) − log p({loser})" in texts(app)
    agreeing = pipe.complete({"speech": recorded(3).mfcc})[0]
    near = symmetric_kl(outs[0].experts["farsi"], agreeing.experts["speech"])
    assert f"it is {near:,.1f} nats" in texts(app)
    assert bars(app) == expected_shares(outs[2].expert_shares)
    counted = (
        r"Of all \d+ conflicts between ten drawings to copy and ten recordings, "
        r"Farsi wins \d+ and speech \d+; in \d+, both together say a third digit\."
    )
    assert re.search(counted, texts(app))
    (label,) = (item.proto.body for item in app.get("html") if 'class="bars label"' in item.proto.body)
    assert share(outs[2].label_probs[judged.together]) in label
    html = next(item.proto.body for item in app.get("html") if "<table>" in item.proto.body)
    assert re.findall(r"<td>(\d)<small>", html) == [str(out.label) for out in outs]
    kinds = re.findall(r"<figcaption>(.*?)</figcaption>", html)
    assert kinds == [
        "reconstructed", "imagined", "imagined",
        "imagined", "imagined", "reconstructed",
        "reconstructed", "imagined", "reconstructed",
    ]  # fmt: skip


def test_two_scripts_can_conflict_too(app: AppTest, pipe: Pipeline) -> None:
    tab(app, "conflict")
    assert app.selectbox(key=keys.CONFLICT_BETWEEN).value == "farsi,speech"
    app.selectbox(key=keys.CONFLICT_BETWEEN).set_value("farsi,kannada").run()
    given = {"farsi": example("farsi", 3).ink, "kannada": example("kannada", 7).ink}
    outs = pipe.complete(given, [("farsi",), ("kannada",), ("farsi", "kannada")])
    assert app.metric[2].value == f"{judge_conflict(pipe, *outs).distance:,.1f} nats"
    assert "KL(Farsi ‖ Kannada)" in texts(app)
    assert "between ten drawings to copy of Farsi and ten drawings to copy of Kannada" in texts(app)


def test_the_same_digit_is_no_conflict(app: AppTest) -> None:
    tab(app, "conflict")
    app.selectbox(key=keys.CONFLICT_SECOND).set_value("3").run()
    assert [item.value for item in app.metric[:2]] == ["No conflict: 3", "–"]
    assert app.metric[2].value.endswith(" nats")


def test_the_own_input_can_conflict_and_may_vanish(app: AppTest) -> None:
    slots(app)["farsi"].put(example("farsi", 0))
    tab(app, "conflict")
    before = app.metric[2].value
    app.selectbox(key=keys.CONFLICT_FIRST).set_value(conflict_inputs.OWN).run()
    assert app.metric[2].value != before
    assert "Farsi says 0" in texts(app)
    slots(app)["farsi"].put(None)
    app.run()
    assert not app.exception
    assert app.selectbox(key=keys.CONFLICT_FIRST).value == "3"


def pictures(app: AppTest) -> list[str]:
    return [item.proto.imgs[0].url for item in app.get("image")]


@pytest.mark.parametrize("kind", ["noise", "blur", "cover"])
def test_what_is_said_of_a_spoilt_drawing_is_what_is_shown(app: AppTest, kind: str) -> None:
    tab(app, "corrupt")
    app.button_group(key=keys.SPOILT_HOW["drawing"]).set_value(kind)
    app.slider(key=keys.SPOILT_STRENGTH).set_value(0).run()
    before = float(bars(app)["Farsi"][:-1])
    assert Text.AT_ZERO.format(name="Farsi", before=before / 100) in texts(app)
    assert pictures(app)[0] == pictures(app)[1]
    seen = {before}
    for strength in (30, 70, 100):
        app.slider(key=keys.SPOILT_STRENGTH).set_value(strength).run()
        assert not app.exception
        assert pictures(app)[0] != pictures(app)[1]
        after = float(bars(app)["Farsi"][:-1])
        seen.add(after)
        sentence = "falls" if after < before - 0.6 else "rises" if after > before + 0.6 else ""
        if (kind, strength) == ("cover", 100):
            sentence = "Nothing is left to see"
        assert sentence in texts(app)
        assert f"{after:.1f}%" in texts(app)
    assert len(seen) > 2
    assert len(charts(app)) == 2
    assert all("from 0 to 100 %" in alt for alt in alts(app))


def test_a_share_that_rises_though_less_is_left_is_explained_on_the_spot(app: AppTest) -> None:
    slots(app)["farsi"].put(example("farsi", 7))
    tab(app, "corrupt")
    app.slider(key=keys.SPOILT_STRENGTH).set_value(90).run()
    nearly, explained = float(bars(app)["Farsi"][:-1]), Text.RISES_SOMEWHERE.format(name="Farsi")
    assert explained in texts(app)  # below the curve, whatever the strength
    app.slider(key=keys.SPOILT_STRENGTH).set_value(100).run()
    assert float(bars(app)["Farsi"][:-1]) > nearly + 10
    assert "Only a missing input leaves the product" in texts(app)
    assert explained in texts(app)


def test_speech_is_spoilt_as_sound_and_refused_where_the_app_refuses_it(app: AppTest) -> None:
    slots(app)["speech"].put(None)
    recording = sound_file(voice(8_000), 8_000)
    waveform, rate = read_recording(recording)
    heard = Recording(recording, "a test's voice", mfcc(waveform, rate))
    slots(app)["speech"].put(heard)
    tab(app, "corrupt")
    app.button_group(key=keys.SPOILT).set_value("speech").run()
    app.button_group(key=keys.SPOILT_HOW["sound"]).set_value("quieter")
    app.slider(key=keys.SPOILT_STRENGTH).set_value(30).run()
    assert len(pictures(app)) == 2
    assert bars(app)["Speech"] != "missing"
    assert "hardly changes" in texts(app)  # every recording is brought to one loudness
    app.slider(key=keys.SPOILT_STRENGTH).set_value(100).run()
    assert not app.exception
    assert len(pictures(app)) == 1
    assert bars(app)["Speech"] == "missing"
    assert "The recording is silent" in texts(app)
    assert app.get("audio")


def test_a_modality_that_was_spoilt_may_vanish(app: AppTest) -> None:
    tab(app, "corrupt")
    app.button_group(key=keys.SPOILT).set_value("kannada").run()
    slots(app)["kannada"].put(Drawing.of([]))
    app.run()
    assert not app.exception
    assert app.session_state[keys.SPOILT] == "farsi"


def test_settings_survive_another_page(app: AppTest) -> None:
    tab(app, "corrupt")
    app.slider(key=keys.SPOILT_STRENGTH).set_value(80).run()
    app.switch_page("pages/training.py").run()
    app.switch_page(f"pages/{PAGE}.py").run()
    assert app.slider(key=keys.SPOILT_STRENGTH).value == 80


def test_a_link_opens_the_tab_with_its_settings(open_page: Opener) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.query_params["experts"] = "corrupt"
    app.query_params["spoilt"] = "kannada"
    app.query_params["image-spoilt"] = "blur"
    app.query_params["strength"] = "20"
    app.switch_page(f"pages/{PAGE}.py").run()
    assert not app.exception
    assert app.slider(key=keys.SPOILT_STRENGTH).value == 20
    assert "Kannada's share" in texts(app)
    assert "Gaussian blur" in texts(app)


def test_the_other_checkpoint(app: AppTest) -> None:
    app.button_group(key="checkpoint_picker").set_value("linear").run()
    for name in Text.TABS:
        tab(app, name)


def test_experts_keep_their_colours_even_where_one_is_missing(app: AppTest) -> None:
    slots(app)["kannada"].put(None)
    tab(app, "corrupt")
    lines = [(line["name"], line["line"]["color"]) for line in json.loads(charts(app)[0])["data"]]
    assert lines == [(POSTERS.experts[name], COLOURS[name]) for name in ("farsi", "speech", "prior")]
    lines = [line["line"]["color"] for line in json.loads(charts(app)[1])["data"]]
    assert lines == [CHART_TEXT, COLOURS["farsi"]]


def test_only_mfccs_of_spoilt_sounds_are_kept_and_the_one_that_is_heard_is_made_anew() -> None:
    recording = sound_file(voice(8_000), 8_000)
    found = versions.spoilt_sounds(recording, "cut")
    assert len(found) == len(versions.STRENGTHS)
    held = [value for version in found for value in vars(version).values()]
    assert not any(isinstance(value, bytes) for value in held)
    waveform, rate = read_recording(versions.spoilt_file(recording, "cut", 30))
    np.testing.assert_allclose(mfcc(waveform, rate), found[3].values, atol=0.5)


def test_the_models_own_voice_is_said_to_be_heard_again(app: AppTest) -> None:
    tab(app, "corrupt")
    assert Text.HEARD_AGAIN not in texts(app)
    app.button_group(key=keys.SPOILT).set_value("speech").run()
    assert Text.HEARD_AGAIN not in texts(app), "a person says it"
    slots(app)["speech"].put(imagined(POSTERS.modality("speech"), 5, "conv"))
    app.run()
    assert Text.HEARD_AGAIN in texts(app)
    recording = sound_file(voice(8_000), 8_000)
    slots(app)["speech"].put(Recording(recording, "a test's voice", mfcc(*read_recording(recording))))
    app.run()
    assert Text.HEARD_AGAIN not in texts(app)
