import inspect
import re
from html import escape
from itertools import combinations
from pkgutil import resolve_name
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import mvae
from mvae.arrays import Array
from mvae.data.sources import SOURCES
from mvae.inference.completion import Completion
from mvae.inference.pipeline import Pipeline
from mvae.model.subsets import subset_key
from mvae.ui.glossary.text import WORDS, Poster
from mvae.ui.state.contents import Drawing, Recording
from mvae.ui.state.slots import Slot, templates
from tests.helpers import read
from tests.pages.conftest import ROOT, Opener

PAGE = "how_it_works"
NAMES = ("farsi", "kannada", "speech")
SUBSETS = [subset for size in (1, 2, 3) for subset in combinations(NAMES, size)]
TITLES = {"farsi": "Farsi digit", "kannada": "Kannada digit", "speech": "Spoken digit"}


@pytest.fixture(scope="module")
def conv() -> Pipeline:
    return mvae.load_pretrained("conv")


@pytest.fixture
def app(open_page: Opener) -> AppTest:
    return open_page(PAGE)


def slots(app: AppTest) -> dict[str, Slot]:
    return app.session_state["slots"]


def give(app: AppTest, subset: tuple[str, ...]) -> AppTest:
    """Put something into all slots, and switch on what is in the subset."""
    spoken = mvae.load_pretrained().complete(templates(3), [("farsi", "kannada")])[0].mfcc
    slots(app)["speech"].put(Recording(b"", "a voice", spoken))
    for name, slot in slots(app).items():
        slot.present = name in subset
    app.run()
    assert not app.exception
    return app


def inputs(app: AppTest) -> dict[str, Array]:
    return {name: slot.prepared for name, slot in slots(app).items() if slot.prepared is not None}


def completion(app: AppTest, pipe: Pipeline) -> Completion:
    given = tuple(name for name in inputs(app) if slots(app)[name].present)
    return pipe.complete(inputs(app), [given])[0]


def drawings(app: AppTest) -> dict[str, str]:
    """What is said of each drawing -> the drawing, which is well-formed."""
    found = [item.value for item in app.markdown if item.value.startswith("<svg")]
    return {ET.fromstring(svg).attrib["aria-label"]: svg for svg in found}  # noqa: S314 - ours


def drawing(app: AppTest, begins: str) -> str:
    (label,) = (label for label in drawings(app) if label.startswith(begins))
    return label


def formulas(app: AppTest) -> list[str]:
    return [item.value for item in app.get("latex")]


def terms(app: AppTest) -> dict[str, float]:
    """The table of the ELBO's terms."""
    (table,) = (item.value for item in app.markdown if "| nats" in item.value)
    rows = [re.split(r"(?<!\\) \| ", line) for line in table.replace("**", "").splitlines()[2:]]
    return {name: float(value.replace("−", "-").replace(",", "")) for name, value in rows}


def test_the_contents_lead_to_all_ten_sections(app: AppTest) -> None:
    (contents,) = (item.value for item in app.markdown if "Contents" in item.value)
    links = re.findall(r"\[(\d+)\u00a0([^]]*)\]\(#(\w+)\)", contents)
    shown = [(item.value, item.proto.anchor) for item in app.header]
    assert len(links) == 10
    assert shown == [
        (f"{number} · {title}".replace("\u00a0", " "), anchor) for number, title, anchor in links
    ]


def test_the_glossary_has_each_word_with_its_picture_where_its_links_lead(app: AppTest) -> None:
    (glossary,) = (item.value for item in app.markdown if 'class="glossary"' in item.value)
    assert re.findall(r'<div id="word-(\w+)"><svg ', glossary) == list(WORDS)
    assert all(escape(word.sentence) in glossary for word in WORDS.values())
    (sources,) = (
        item.value for item in app.markdown if "Kingma" in item.value and item.value.startswith("- ")
    )
    assert sources.startswith(f"- {Poster.AUTHORS}: *{Poster.TITLE}.*")


def test_the_model_is_drawn_with_the_input_that_is_given(app: AppTest) -> None:
    label = drawing(app, "Graphical model")
    assert "Given: Farsi digit. Missing: Kannada digit, Spoken digit." in label
    before = drawings(app)[label]
    assert before.count("<image") == 1
    slots(app)["farsi"].put(Drawing.of([[(0.2, 0.2), (0.8, 0.8)]]))
    app.run()
    after = drawings(app)[drawing(app, "Graphical model")]
    assert re.findall("href=.*?>", before) != re.findall("href=.*?>", after)


def test_of_the_posters_task_the_page_speaks_of_digits_and_counts_in_words(app: AppTest) -> None:
    text = read("\n".join(item.value for item in app.markdown)).replace("\n", " ")
    for words in (
        "A Farsi digit, a Kannada digit and a spoken digit look and sound unlike, yet they say the same.",
        "All four things that it knows of, the three modalities and the label $y$,",
        "all $2^3 - 1 = 7$ subsets",
        "into pictures, sound and label",
        "ELBOs of **all seven subsets**",
        "which digit you mean",
        "fuses all seven subsets",
        "sort itself by digit",
        "A first draw looks blurred",
        "pixels were drawn too",
        "slowly lose the digit",
        "favour sharp pictures",
        "A model that knows ten digits",
        "held-out training digits exceed, is called “does not look like a digit”",
    ):
        assert words in text
    assert app.pills(key="how-given").label == "Given to the model: the same switches as on “Draw & speak”"


def test_switching_here_switches_the_modality_everywhere(app: AppTest) -> None:
    switches = app.pills(key="how-given")
    assert switches.options == ["Farsi digit", "Kannada digit"]
    switches.set_value(["kannada"]).run()
    assert [slots(app)[name].present for name in NAMES] == [False, True, False]
    assert "Given: Kannada digit." in drawing(app, "Graphical model")


@pytest.mark.parametrize(
    ("checkpoint", "subset"), [*(("conv", subset) for subset in SUBSETS), ("linear", NAMES)], ids=str
)
def test_any_subset_fills_the_page(app: AppTest, checkpoint: str, subset: tuple[str, ...]) -> None:
    app.session_state["checkpoint"] = checkpoint
    give(app, subset)
    given = ", ".join(TITLES[name] for name in subset)
    assert f"Given: {given}. " in drawing(app, "Graphical model")
    assert drawing(app, "Means and standard deviations").split(" expert")[0].endswith(subset[0].capitalize())
    (mask,) = (item.proto.body for item in app.get("html") if "<caption" in item.proto.body)
    (current,) = re.findall(r'aria-current="true">(.*?)</tr>', mask)
    assert re.findall(r">([01])<", current) == [str(int(name in subset)) for name in NAMES]
    assert mask.count("<tr") == 8
    images = [image for item in app.get("image") for image in item.proto.imgs]
    assert len(images) == 2
    assert all(image.alt for image in images)


def test_the_numbers_in_the_product_are_the_models(app: AppTest, conv: Pipeline) -> None:
    give(app, NAMES)
    out = completion(app, conv)
    kl = 0.5 * (out.mean**2 + out.variance - 1 - np.log(out.variance))
    index = int(kl.argmax())
    label = drawing(app, "Densities")
    assert label.startswith(f"Densities in latent dimension {index}:")
    (formula,) = (each for each in formulas(app) if r"\cdot" in each)
    precisions = [1 / out.experts[name][1][index] for name in NAMES]
    assert "1 + " + " + ".join(f"{value:.2f}" for value in precisions) in formula
    total = float(re.search(r"= ([\d.]+) \\\\\[", formula)[1])
    assert total == pytest.approx(1 + sum(precisions), abs=0.01)
    assert f"= {out.mean[index]:.2f} " in formula
    weighted = sum(
        precision * out.experts[name][0][index] for name, precision in zip(NAMES, precisions, strict=True)
    )
    assert weighted / total == pytest.approx(out.mean[index], abs=0.01)


def test_another_dimension_can_be_chosen_and_is_kept(app: AppTest, conv: Pipeline) -> None:
    choice = app.selectbox(key="how-dimension")
    other = choice.options[3]
    choice.select_index(3).run()
    assert f"dimension {other}:" in drawing(app, "Densities")
    mean, variance = completion(app, conv).experts["farsi"]
    numbers = (
        f"Farsi with mean {mean[int(other)]:.2f} and standard deviation {variance[int(other)] ** 0.5:.2f}"
    )
    assert numbers in drawing(app, "Densities")
    give(app, ("kannada", "speech"))
    assert f"dimension {other}:" in drawing(app, "Densities")


def test_a_dimension_that_this_model_lacks_is_not_chosen(app: AppTest) -> None:
    app.query_params.update({"model": "linear", "dimension": "200"})
    app.run()
    assert "dimension 200:" in drawing(app, "Densities")
    app.session_state["checkpoint"] = "conv"
    app.run()
    assert not app.exception
    assert app.session_state["how-dimension"] == "most"


def test_a_link_may_name_the_dimension(app: AppTest) -> None:
    app.query_params["dimension"] = "5"
    app.run()
    assert "dimension 5:" in drawing(app, "Densities")


@pytest.mark.parametrize("subset", [("farsi",), ("kannada", "speech"), NAMES], ids=subset_key)
def test_the_terms_add_up_to_the_elbo(app: AppTest, subset: tuple[str, ...], conv: Pipeline) -> None:
    give(app, subset)
    shown = terms(app)
    out = completion(app, conv)
    (elbo,) = conv.elbo(inputs(app), [out])
    assert shown.pop("ELBO") == pytest.approx(elbo, abs=0.06)
    assert sum(shown.values()) == pytest.approx(elbo, abs=0.3)
    assert shown["− KL(q ‖ p)"] == pytest.approx(-out.kl, abs=0.06)
    said = [name.rpartition(", ")[2] for name in shown][:3]
    assert said == ["given" if name in subset else "not given" for name in NAMES]


def test_every_subset_has_a_bar_for_its_elbo(app: AppTest, conv: Pipeline) -> None:
    give(app, ("farsi",))
    outs = conv.complete(inputs(app))
    elbos = conv.elbo(inputs(app), outs)
    label = drawing(app, "Bars of the ELBO")
    for out, elbo in zip(outs, elbos, strict=True):
        name = " + ".join(part.capitalize() for part in out.given)
        assert re.search(rf"[ ;:] {re.escape(name)}( ◀ current)? −{-elbo:,.1f}", label)
    assert re.findall(r"−([\d.,]+), highest", label) == [f"{-max(elbos):,.1f}"]
    assert any("It counts Farsi, Kannada, Speech, whether given" in item.value for item in app.caption)
    (total,) = (item.value for item in app.caption if "ELBOs are" in item.value)
    assert f"the 7 ELBOs are −{-sum(elbos):,.1f} nats" in total


def test_subsets_without_an_input_say_what_they_need(app: AppTest) -> None:
    label = drawing(app, "Bars of the ELBO")
    assert label.count("needs Speech") == 4
    assert drawings(app)[label].count("<rect") == 3


def test_the_code_is_the_packages(app: AppTest) -> None:
    shown = [item.value for item in app.code]
    places = [item.value for item in app.markdown if "from line" in item.value]
    assert len(shown) == len(places) == 12
    for code, place in zip(shown, places, strict=True):
        file, line = re.fullmatch(r"`(.*)`, from line (\d+)", place).groups()
        lines = (ROOT / file).read_text(encoding="utf-8").splitlines()[int(line) - 1 :]
        assert code.split() == "\n".join(lines[: len(code.splitlines())]).split()
    functions = [
        inspect.getsource(resolve_name(path))
        for path in (
            "mvae.model.gaussian:product_of_experts",
            "mvae.model.model:subset_mask",
            "mvae.model.imagination:imagine",
        )
    ]
    assert set(map(str.strip, functions)) <= set(map(str.strip, shown))


@pytest.mark.parametrize("blank", [True, False])
def test_without_an_input_the_page_shows_an_example_and_says_so(app: AppTest, blank: bool) -> None:
    for slot in slots(app).values():
        slot.present = False
        if blank:
            slot.put(None)
    app.run()
    assert not app.exception
    assert "a 5 drawn in both scripts" in app.info[0].value
    assert "Given: Farsi digit, Kannada digit. Missing: Spoken digit." in drawing(app, "Graphical model")
    assert [slot.present for slot in slots(app).values()] == [False] * 3


def test_the_doubt_has_the_scores_of_what_is_given(app: AppTest, conv: Pipeline) -> None:
    assert drawing(app, "Bars of the scores").endswith("like a digit.")
    slots(app)["farsi"].put(Drawing.of([[(0.1 + 0.2 * (n % 5), 0.9 - 0.08 * n) for n in range(11)]] * 2))
    app.run()
    score = conv.unfamiliarity(completion(app, conv))["farsi"]
    assert score > 1
    assert f"Farsi {score:.2f}, unlike a digit" in drawing(app, "Bars of the scores")


def test_without_the_measurements_the_page_says_so(
    app: AppTest, conv: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pipeline, "unfamiliarity", lambda *_: {})
    app.run()
    assert not app.exception
    assert any("without the measurements" in item.value for item in app.info)


def test_sources_and_licences_are_the_registrys(app: AppTest) -> None:
    (data,) = (item.value for item in app.markdown if "licences:" in item.value)
    for source in SOURCES:
        assert f"[{source.title}]({source.homepage}): {source.licence}" in data
    text = "\n".join(item.value for item in app.markdown)
    assert all(paper in text for paper in ("1802.05335", "1312.6114", "1401.4082", "1807.03888", "Hinton"))


def test_the_factors_are_the_checkpoints(app: AppTest, conv: Pipeline) -> None:
    config = conv.model.config
    (line,) = (item.value for item in app.caption if "factors of this model" in item.value)
    for modality in config.modalities:
        assert f"{modality.name.capitalize()} {modality.weight:g}" in line
    assert f"label {config.label_weight:g}" in line
