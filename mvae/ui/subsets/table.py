"""The table of all subsets: what its figures are, which rows cannot be shown, and the rows."""

from collections.abc import Callable, Collection, Mapping

import streamlit as st

from mvae.evaluation.table import read_table, table_rows
from mvae.model.subsets import Subset, subset_key
from mvae.ui import keys
from mvae.ui.frame.frame import to_inputs
from mvae.ui.glossary.links import linked
from mvae.ui.inputs import imagination
from mvae.ui.keys import CHOOSE_ROW
from mvae.ui.results.examples import fill
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.state import models, sampling
from mvae.ui.state.fields import hidden
from mvae.ui.state.slots import current_inputs, slots
from mvae.ui.state.task import shown
from mvae.ui.subsets.rows import Row
from mvae.ui.subsets.text import AllSubsets as Text
from mvae.ui.subsets.text import joined, subsets_in_words
from mvae.ui.views.look import plain
from mvae.ui.views.table import choice, heading, on_choice, table, words


def explain(inputs: Collection[str]) -> None:
    """Say what the table's figures are."""
    posters = shown().is_posters
    counted = plain(", ".join(shown().names[name] for name in inputs))
    likelihoods = {modality.likelihood for modality in shown().modalities}
    errors = [said for likelihood, said in Text.ERRORS_IN_WORDS.items() if likelihood in likelihoods]
    sentences = (
        "" if hidden("switches") else Text.CHOOSE,
        Text.EXPLAINED.format(counted=counted),
        Text.ACCURACY_EXPLAINED if posters else Text.ACCURACY_OF_OTHERS_EXPLAINED,
        (Text.ERRORS_EXPLAINED if posters else Text.ERRORS_OF_OTHERS_EXPLAINED).format(
            errors=Text.AND_OF_ERRORS.join(errors)
        ),
    )
    st.caption(linked(" ".join(sentences)))


def show_imagination(update: Callable[[], None]) -> None:
    """Show how what is missing in a row is imagined, and let that be changed; `update` ends the callback."""
    note = Text.SAME_NOISE if sampling.kind() == "sample" else ""
    with st.container(key=keys.IMAGINATION, horizontal=True, vertical_alignment="center"):
        imagination.controls(update, disabled=len(shown().modalities) == 1, note=note)


def tell_missing(inputs: Collection[str], rows: Mapping[Subset, Row]) -> None:
    """Say how many rows can be shown if something is missing, and lead to what is."""
    missing = [name for name in shown().names if name not in inputs]
    if not missing:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        absent = plain(joined([shown().names[name] for name in missing]))
        sentence = Text.ABSENT_ONE if len(missing) == 1 else Text.ABSENT_MORE
        every = subsets_in_words(len(shown().modalities))
        st.info(sentence.format(absent=absent, shown=len(rows), rows=every), width="stretch")
        to_inputs()
        _imagine_button(missing, rows[_best(rows)].out.label)


def _imagine_button(missing: list[str], label: int) -> None:
    """Offer an example of a class, recorded or imagined, of what is missing and has no strokes to copy."""
    modalities = [shown().modality(name) for name in missing]
    imaginable = [modality for modality in modalities if not shown().has_templates(modality)]
    if not imaginable:
        return

    def imagine() -> None:
        for modality in imaginable:
            fill(slots()[modality.name], modality, label)

    spoken = all(modality.kind == "sound" for modality in imaginable)
    sentence = Text.LET_THE_MODEL_SAY if spoken else Text.LET_THE_MODEL_IMAGINE
    if all(shown().has_recordings(modality) for modality in imaginable):
        sentence = Text.LET_SOMEBODY_SAY
    icon = ":material/record_voice_over:" if spoken else ":material/auto_awesome:"
    st.button(sentence.format(label=plain(shown().classes[label])), icon=icon, on_click=guarded(imagine))


def show_table(pictures: list[str], rows: Mapping[Subset, Row]) -> None:
    """Show a row for each subset.

    Parameters
    ----------
    pictures, rows
        As `mvae.ui.subsets.rows.compared` returns them.
    """
    accuracy = Text.ACCURACY if shown().is_posters else Text.ACCURACY_OF_OTHERS
    header = (Text.HEAD_GIVEN, *shown().names.values(), Text.LABEL, Text.ELBO, accuracy)
    measured = read_table(models.checkpoint_directory(), "test")
    highest = _written(rows[_best(rows)].elbo)
    lines = [[heading(Text.INPUT_ROW), *pictures, *[words("")] * 3]]
    for subset in table_rows(list(shown().names)):
        if subset in rows:
            accuracy_here = None if measured is None else measured[subset]["accuracy"]
            lines.append(_row(subset, rows[subset], accuracy_here, highest=highest))
        else:
            needed = joined([shown().names[name] for name in subset if (name,) not in rows])
            note = words(Text.ADD_TO_SEE.format(needed=needed), columns=len(header) - 1)
            lines.append([heading(shown().listed(subset)), note])
    st.html(table(header, lines, last_apart=True))


def let_choose(update: Callable[[], None]) -> None:
    """Let a row be chosen: that switches exactly its modalities on; `update` ends the callback."""

    def choose(key: str) -> None:
        _switch_on(key)
        update()

    on_choice(CHOOSE_ROW, choose)


def _row(subset: Subset, row: Row, accuracy: float | None, *, highest: str) -> list[str]:
    """Return the cells of a subset: its name, the pictures, its ELBO, and what was measured of the model."""
    title = shown().listed(subset)
    first = heading(title)
    if not hidden("switches"):
        imagined = shown().listed(name for name in shown().names if name not in subset) or Text.NOTHING
        description = Text.ROW_HELP.format(given=title, imagined=imagined)
        current = subset == tuple(current_inputs())
        first = choice(subset_key(subset), title, description, current=current)
    label = words(shown().classes[row.out.label], f"{row.out.label_probs[row.out.label]:.1%}")
    measured = words(Text.NOT_MEASURED if accuracy is None else f"{accuracy:.2f}%")
    written = _written(row.elbo)
    elbo = words(written, Text.HIGHEST if written == highest else "")
    return [first, *row.cells, label, elbo, measured]


def _written(elbo: float) -> str:
    return f"{elbo:,.1f}".replace("-", "−")


def _best(rows: Mapping[Subset, Row]) -> Subset:
    return max(rows, key=lambda subset: rows[subset].elbo)


def _switch_on(key: str) -> None:
    """Make a row's modalities those that are given, on all pages."""
    given = key.split("+")
    for name, slot in slots().items():
        slot.present = name in given
