"""How good and how usual an input is to the model, as live pictures: the ELBOs, and the doubt."""

import streamlit as st

from mvae.arrays import Array
from mvae.model.subsets import Subset
from mvae.ui.how_it_works.case import Case
from mvae.ui.how_it_works.diagrams import Bar, bars, draw
from mvae.ui.how_it_works.text import HowItWorks as Text
from mvae.ui.results import completions
from mvae.ui.state import models
from mvae.ui.state.task import shown
from mvae.ui.views.look import plain


@st.cache_resource(show_spinner=False, max_entries=64)
def fits(checkpoint: str, inputs: dict[str, Array], given: Subset) -> dict[str, float]:
    """Return the expected log-likelihood of each input under the posterior of those given, in nats.

    It depends on nothing else, so sessions share it.
    """
    pipe, out = models.load_pipeline(checkpoint), completions.completions(checkpoint, inputs, None)[given]
    return {name: pipe.elbo({name: value}, [out])[0] + out.kl for name, value in inputs.items()}


def show_elbo(case: Case) -> None:
    """Show the terms of the current subset's ELBO, and the subsets' ELBOs."""
    out, elbos, task = case.out, case.elbos, shown()
    lines = [
        f"{Text.TERM.format(given=plain(task.listed(case.given)))} | {Text.NATS}",
        ":--- | ---:",
    ]
    for name, value in fits(models.chosen_checkpoint(), case.inputs, case.given).items():
        term = Text.TERM_GIVEN if name in case.given else Text.TERM_MISSING
        lines.append(f"{term.format(name=plain(task.names[name]))} | {_signed(value)}")
    lines += [
        f"{Text.TERM_KL} | {_signed(-out.kl)}",
        f"**{Text.TERM_SUM}** | **{_signed(elbos[case.given])}**",
    ]
    st.markdown("\n".join(lines))
    rows = []
    for subset in case.rows:
        words = case.remark(subset)
        if subset in elbos:
            words = _signed(elbos[subset]) + (f", {Text.BEST}" if subset == case.best else "")
        name = task.listed(subset) + (f" {Text.CURRENT}" if subset == case.given else "")
        length = -elbos[subset] if subset in elbos else None
        rows.append(Bar(name, length, words, subset == case.given))
    counted = Text.ELBO_BARS.format(counted=plain(", ".join(task.names[name] for name in case.inputs)))
    st.caption(f"{counted}. {case.some_rows()}" if case.some_rows() else counted)
    described = "; ".join(f"{row.name} {row.words}" for row in rows)
    draw(bars(rows, Text.ELBO_ALT.format(bars=described)))
    st.caption(Text.ELBO_SUM.format(count=len(elbos), total=_signed(sum(elbos.values()))))


def show_doubt(case: Case) -> None:
    """Show how unlike the training data each given input is."""
    scores = case.pipe.unfamiliarity(case.out)
    if not scores:
        st.info(Text.DOUBT_NONE)
        return
    st.markdown(Text.DOUBT_TITLE)
    familiar, unfamiliar = (
        (Text.FAMILIAR, Text.UNFAMILIAR)
        if shown().is_posters
        else (Text.FAMILIAR_OF_OTHERS, Text.UNFAMILIAR_OF_OTHERS)
    )
    rows = []
    for name, score in scores.items():
        words = unfamiliar if score > 1 else familiar
        rows.append(Bar(shown().names[name], score, words.format(score=score), score > 1))
    described = "; ".join(f"{row.name} {row.words}" for row in rows)
    draw(bars(rows, Text.DOUBT_ALT.format(bars=described), threshold=1.0))


def _signed(value: float) -> str:
    return f"{value:,.1f}".replace("-", "−")
