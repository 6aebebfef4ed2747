"""The card of a sound: a microphone, a file, and examples, of a person or as the model imagines them."""

import streamlit as st

from mvae.ui import keys
from mvae.ui.inputs.card import Card
from mvae.ui.inputs.microphone import microphone, upload
from mvae.ui.inputs.pickers import example_pills
from mvae.ui.state.contents import Recording
from mvae.ui.state.task import shown
from mvae.ui.text import Common
from mvae.ui.text import Inputs as Text
from mvae.ui.views.look import cover, plain


class SoundCard(Card):
    """The card of a sound."""

    def show(self) -> None:
        """Show the recorder, the examples, and what is heard."""
        slot = self.slot
        microphone(self.modality, slot, self.update)
        of_persons = shown().has_recordings(self.modality)
        words = Text.PICK_A_RECORDING if of_persons else Text.IMAGINE_A_VOICE
        example_pills(self.modality, words, self.give_example)
        with st.container(height=96, border=False, gap="xsmall"):
            if slot.complaint:
                st.error(slot.complaint + (Text.SOUND_KEPT if slot.content else ""))
            elif isinstance(slot.content, Recording):
                element = f"{keys.SOUND}{self.modality.name}"
                with st.container(key=element):
                    st.audio(slot.content.sound, alt=Text.SPOKEN_INPUT_ALT.format(origin=slot.content.origin))
                with st.empty():  # which stays where the sound is present, so that nothing moves
                    if not slot.present:
                        cover(element, Common.MISSING)
                st.caption(Text.SPOKEN_INPUT.format(origin=plain(slot.content.origin)))
            else:
                st.caption(Text.NOTHING_RECORDED)

    def show_buttons(self) -> None:
        """Show the choice of a file."""
        key = f"{keys.UPLOAD_POPOVER}{self.modality.name}-{self.slot.version}"
        with st.popover(Text.UPLOAD, icon=":material/upload:", key=key):
            upload(self.modality, self.slot, self.update)
