"""Every page, with a model of another task: two vectors of wine, and four modalities of digits."""

import pytest
from streamlit.testing.v1 import AppTest

from mvae.model.subsets import all_subsets
from mvae.ui import keys
from mvae.ui.experts.text import Experts
from mvae.ui.latent.text import LatentSpace
from mvae.ui.latent.text import words as latent_words
from mvae.ui.state.task import shown
from mvae.ui.training.text import Training
from tests.pages.conftest import ROOT, Opener

PAGES = sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
TABS = {
    "experts": ("experts-view-kept", Experts.TABS),
    "latent_space": ("latent-view-kept", LatentSpace.TABS),
    "training": ("training-view-kept", Training.TABS),
}
"""Pages with tabs: where in the session it lies which one is open, and their names."""


def refused(app: AppTest) -> list[str]:
    """What a page says that went wrong."""
    return [item.value for item in (*app.error, *app.exception)]


def written(app: AppTest) -> str:
    """All that is written on a page, as Markdown or as HTML."""
    texts = [item.value for kind in (app.markdown, app.caption, app.info) for item in kind]
    return "\n".join([*texts, *(item.proto.body for item in app.get("html"))])


def alt_texts(app: AppTest) -> list[str]:
    return [item.proto.imgs[0].alt for item in app.get("image")]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(app_of: Opener, page: str) -> None:
    app = app_of(page)
    assert not refused(app)
    assert not app.warning
    key, tabs = TABS.get(page, ("", {}))
    for name in tabs:
        app.session_state[key] = name
        app.run()
        assert not refused(app), name


@pytest.mark.parametrize("page", PAGES)
def test_no_page_speaks_of_what_the_task_has_not(app_of: Opener, page: str) -> None:
    if "farsi" in shown().names:
        pytest.skip("it has the poster's modalities, too")
    app = app_of(page)
    key, tabs = TABS.get(page, ("", {}))
    for name in tabs or [""]:
        if name:
            app.session_state[key] = name
            app.run()
        pictures = "\n".join(alt_texts(app))
        assert "Farsi" not in pictures, name
        assert "MFCC" not in pictures, name


def test_each_modality_is_given_and_made_on_the_first_page(app_of: Opener) -> None:
    app = app_of("draw_and_speak")
    names = shown().names
    for name in names:
        assert app.toggle(key=f"{keys.PRESENT}{name}").value == (name == next(iter(names)))
    for title in (each.title for each in shown().modalities):
        assert any(title in alt for alt in alt_texts(app))
    assert all(f">{title}<" in written(app) for title in names.values()), "the experts' shares"
    assert all(name in written(app) for name in shown().classes), "the label's probabilities"


def test_every_subset_has_a_row(app_of: Opener) -> None:
    app = app_of("all_subsets")
    (table,) = (item.proto.body for item in app.get("html") if "<table" in item.proto.body)
    assert table.count("<tr") >= len(all_subsets(tuple(shown().names)))
    for title in shown().names.values():
        assert title in table


def test_the_experts_shares_name_each_modality(app_of: Opener) -> None:
    app = app_of("experts")
    shares = "".join(item.proto.body for item in app.get("html") if "bars shares" in item.proto.body)
    assert all(f"{title}<" in shares for title in shown().experts.values())


def test_the_latent_space_decodes_every_modality_on_every_tab(app_of: Opener) -> None:
    app = app_of("latent_space")
    modalities, classes = shown().modalities, shown().classes
    assert len(alt_texts(app)) == len(modalities)
    assert latent_words().LEAD in written(app)
    offered = app.selectbox(key=keys.LATENT_START).options
    assert len(offered) >= len(classes) + 2
    app.session_state["latent-view-kept"] = "walk"
    app.run()
    assert len(alt_texts(app)) == len(modalities)
    app.session_state["latent-view-kept"] = "line"
    app.run()
    (film,) = alt_texts(app)
    assert all(title in film for title in shown().names.values())
    app.session_state["latent-view-kept"] = "map"
    app.run()
    assert len(alt_texts(app)) == len(modalities)
    assert app.button_group(key=keys.MAP_CLASS).options == [*classes]


def test_how_the_model_learned_is_drawn(app_of: Opener) -> None:
    app = app_of("training")
    assert app.get("plotly_chart")


def test_how_it_works_shows_the_inputs_of_the_task(app_of: Opener) -> None:
    app = app_of("how_it_works")
    first, *_ = shown().modalities
    assert app.button_group(key=keys.HOW_GIVEN).options[0] == first.title
    assert len(app.code) >= 5
    for title in shown().names.values():
        assert title in written(app) + "".join(alt_texts(app))
