"""The sections that show what the studies found."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from mvae.inference.latent import RANKING
from mvae.model.subsets import all_subsets, subset_key
from mvae.ui.training.studies import (
    disentanglement_section,
    missing_section,
    peer_section,
    speakers_section,
    subsets_section,
)

NAMES = ("farsi", "kannada", "speech")
SUBSETS = [subset_key(subset) for subset in all_subsets(NAMES)]


def run(
    name: str, accuracy: float, coherence: float, *, complete: float = 1.0, names=NAMES
) -> dict[str, Any]:
    """Its accuracy grows by 1 with each modality given; Farsi is imagined 3 better than the others."""
    subsets = all_subsets(names)
    return {
        "name": name,
        "title": f"the run {name}",
        "modalities": list(names),
        "training": {"complete": complete},
        "triplets": 240_000,
        "accuracy": {subset_key(subset): accuracy + len(subset) for subset in subsets},
        "coherence": [
            {"inputs": list(subset), "imagined": other, "by_sample": coherence + 3 * (other == "farsi")}
            for subset in subsets for other in names if other not in subset
        ],
    }  # fmt: skip


def missing() -> dict[str, Any]:
    shares = [run(f"complete-{share}", 90 + share, 80, complete=share) for share in (1.0, 0.5, 0.1, 0.01)]
    fewer = [run("only", 88, 0, names=subset) for subset in all_subsets(NAMES)[:-1]]
    return {"complete": shares, "modalities": fewer}


def disentanglement(count: int = 12) -> dict[str, Any]:
    outputs = ["label", *NAMES]
    return {
        "latent_size": 64,
        "triplets": 300,
        "outputs": outputs,
        "indices": [
            {
                "index": 40 - place, "kl": 2.0, "effects": dict.fromkeys(outputs, 1 - place / 20),
                "acts_on": list(NAMES) if place < 3 else ["farsi"] if place < 11 else [],
            }
            for place in range(count)
        ],
    }  # fmt: skip


def peer() -> dict[str, Any]:
    models = [
        {
            "name": name, "seconds": 100.0 + place,
            "read": {key: {"farsi": 90 + place, "speech": 92 + place} for key in SUBSETS},
            "negative_elbo": dict.fromkeys(SUBSETS, 700.0 + place),
        }
        for place, name in enumerate(("multivae", "ours-unlabelled", "ours"))
    ]  # fmt: skip
    precision = {"multivae": "float32", "ours": "bfloat16"}
    return {"triplets": 240_000, "test_triplets": 5_000, "precision": precision, "models": models}


def test_missing_is_drawn_by_share_from_few_to_all() -> None:
    section = missing_section(missing())
    accuracy, coherence, fewer = (chart.figure for chart in section.charts)
    assert accuracy.layout.xaxis.ticktext == ("1 %", "10 %", "50 %", "100 %")
    curves = {trace.name: list(trace.y) for trace in accuracy.data}
    assert len(curves) == 7
    assert curves["Farsi"] == pytest.approx([91.01, 91.1, 91.5, 92])
    assert curves["Farsi + Kannada + Speech"] == pytest.approx([93.01, 93.1, 93.5, 94])
    imagined = {trace.name: trace.y[0] for trace in coherence.data}
    assert imagined == {
        "Farsi": 80, "Kannada": 81.5, "Speech": 81.5,
        "Farsi + Kannada": 80, "Farsi + Speech": 80, "Kannada + Speech": 83,
    }  # fmt: skip
    alone, full = fewer.data
    assert list(alone.y) == [89, 89, 89, 90, 90, 90]
    assert list(full.y) == [92, 92, 92, 93, 93, 93]
    assert "1 % complete, 91.0 to 93.0 %" in section.text
    assert "240,000 triplets" in section.text


def test_subsets_are_drawn_as_means() -> None:
    section = subsets_section({"runs": [run("joint", 40, 10), run("joint-single", 90, 80)]})
    (chart,) = section.charts
    bars = {trace.name: list(trace.y) for trace in chart.figure.data}
    assert bars == {
        "Accuracy, one given": [41, 91],
        "Accuracy, all given": [43, 93],
        "Coherence, one given": [11, 81],
        "Coherence, two given": [11, 81],
    }
    assert "in 11.0 % of the cases instead of 81.0 %" in section.text
    assert "the run joint: Accuracy, one given 41.0 %" in chart.alt


def test_disentanglement_lists_the_ten_strongest() -> None:
    section = disentanglement_section(disentanglement())
    (chart,) = section.charts
    (heat,) = chart.figure.data
    assert list(heat.y) == ["Label", "Farsi", "Kannada", "Speech"]
    assert list(heat.x) == [str(40 - place) for place in range(12)]
    rows = section.below.splitlines()[2:]
    assert len(rows) == 10
    assert rows[0] == "**40** | 2.00 | 1.00 | 1.00 | 1.00 | 1.00 | Farsi, Kannada, Speech"
    assert rows[9].endswith("| Farsi")
    assert "12 of 64 indices are alive" in section.text
    assert "3 of these move several" in section.text


def test_an_index_that_acts_on_nothing_has_a_dash() -> None:
    study = disentanglement()
    study["indices"] = study["indices"][11:]
    assert disentanglement_section(study).below.endswith("| —")


def test_speakers_are_drawn_from_the_best_understood_on_with_their_mean() -> None:
    rows = [("a", 80.0), ("b", 100.0), ("c", 90.0)]
    speakers = [{"speaker": name, "recordings": 50, "accuracy": value} for name, value in rows]
    section = speakers_section({"speakers": speakers, "mean": 90.0, "pooled": 91.5, "steps": 10})
    (chart,) = section.charts
    (bars,) = chart.figure.data
    assert (list(bars.x), list(bars.y)) == (["b", "c", "a"], [100, 90, 80])
    assert chart.figure.layout.shapes[0].y0 == 90
    assert "90.0 % (dashed)" in section.text
    assert "91.5 %" in section.text


def test_the_peer_is_drawn_beside_our_models() -> None:
    section = peer_section(peer())
    (chart,) = section.charts
    bars = {trace.name: set(trace.y) for trace in chart.figure.data}
    assert bars == {"MultiVae": {91}, "Ours, the same objective": {92}, "Ours, with the label": {93}}
    assert "MultiVae 700.0" in section.text
    assert "MultiVae 100 s" in section.text
    assert "MultiVae's matrix products are in float32, ours in bfloat16" in section.text
    assert "240,000 triplets and judged by 5,000" in section.text


KL = [2.0 if index > 28 else 0.0 for index in range(41)]
"""Of the model of which `disentanglement` tells."""


def show(folder: str, latent_kl: list[float]) -> None:
    """Run as a page of its own."""
    from pathlib import Path  # noqa: PLC0415

    from mvae.ui.training.studies import read_studies, show_section  # noqa: PLC0415

    for section in read_studies(Path(folder), latent_kl, Path(folder)).values():
        show_section(section)


def page(folder: Path, latent_kl: list[float] = KL) -> AppTest:
    app = AppTest.from_function(show, args=(str(folder), latent_kl), default_timeout=60).run()
    assert not app.exception
    return app


def titles(app: AppTest) -> list[str]:
    return [item.value.removeprefix("##### ") for item in app.markdown if item.value.startswith("#####")]


def test_what_was_studied_is_shown_in_order_each_chart_with_a_text(tmp_path: Path) -> None:
    for name, study in (("missing", missing()), ("peer", peer())):
        (tmp_path / f"{name}.json").write_text(json.dumps(study))
    (tmp_path / RANKING).write_text(json.dumps(disentanglement()))
    app = page(tmp_path)
    assert titles(app) == ["Missing in training", "What each latent index does", "Beside a peer"]
    charts = app.get("plotly_chart")
    assert len(charts) == 5
    assert all(len(chart.proto.alt) > 40 for chart in charts)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "3", '{"runs": []}', '{"complete": [{}]}', '{"indices": 3}']
)
def test_a_damaged_study_is_left_out(content: str, tmp_path: Path) -> None:
    for name in ("missing.json", "subsets.json", "speakers.json", "peer.json", RANKING):
        (tmp_path / name).write_text(content)
    assert titles(page(tmp_path)) == []


def test_a_study_of_other_weights_is_left_out(tmp_path: Path) -> None:
    (tmp_path / RANKING).write_text(json.dumps(disentanglement()))
    assert titles(page(tmp_path)) == ["What each latent index does"]
    assert titles(page(tmp_path, [2.5, *KL[1:]])) == []


def test_without_studies_there_is_nothing(tmp_path: Path) -> None:
    app = page(tmp_path)
    assert titles(app) == []
    assert not app.get("plotly_chart")
