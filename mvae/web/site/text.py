"""All that a site says in English; ``{…}`` are filled in by the pages.

The words are those of the app, which says more. The pages get `TEXTS` as one object.
"""

from typing import Any

TEXTS: dict[str, Any] = {
    "app": "Multimodal VAE",
    "skip": "Skip to the page",
    "pages": {
        "subsets": "All subsets",
        "latent": "Latent space",
        "lessons": "Lessons",
    },
    "inputsTitles": {
        "drawing,sound": "Draw & speak",
        "drawing": "Draw",
        "sound": "Speak",
        "vector": "Give numbers",
        "other": "Give inputs",
    },
    "leads": {
        "draw": {
            "1": "Give an input; the model reconstructs it.",
            "2": "Give one modality or both; the model imagines what is missing.",
            "3": "Give one, two or all three modalities; the model imagines what is missing.",
            "more": "Give any of the {count} modalities; the model imagines what is missing.",
        },
        "subsets": "The same input, through every subset of what is given.",
        "latent": "Every sample is a point. Move it, and see what the decoders make of it.",
        "lessons": "Each sets a page; what is drawn there now is then gone.",
    },
    "lessons": {
        "minutes": "{minutes} minutes, {steps} steps",
        "where": "{title} · step {number} of {steps}",
        "next": "Next step",
        "done": "All lessons",
        "close": "End",
        "right": "Right: {text}",
        "wrong": "Not so: {text}",
        "rightWouldBe": "Right is: {text}",
    },
    "loading": "The model is being loaded …",
    "failed": (
        "The model cannot run here: {reason}. An up-to-date browser is needed, and all files of this site as they "
        "were written."
    ),
    "asked": "This did not work: {reason}.",
    "offline": "Saved in this browser: the site now works without a network, too.",
    "about": "The model “{model}” runs in this page: nothing that you draw or say leaves it.",
    "nav": "Pages",
    "prior": "Prior",
    "missing": "missing",
    "present": "present",
    "empty": "empty",
    "state": "{title}: {state}",
    "undo": "Undo",
    "clear": "Clear",
    "copyOne": "Copy one",
    "trace": "Trace",
    "traceHow": "A faint digit to trace over; the model does not see it.",
    "letDraw": "Or let the model draw",
    "canvas": "Drawing area for {title}: draw with mouse, finger or pen, or pick an example beside it.",
    "drawHere": "draw here",
    "example": "{title}: example of {label}",
    "record": "Record",
    "stop": "Stop",
    "recording": "Recording … {seconds} s",
    "say": "Record one, or choose a file",
    "sayDigit": "Say one digit in English, zero to nine",
    "imagineVoice": "Or let the model imagine a voice for",
    "pickRecording": "Or let somebody else say",
    "file": "Sound file",
    "noMicrophone": (
        "Browsers give pages the microphone only over HTTPS or on this machine’s own address (localhost); a sound "
        "file can be chosen everywhere."
    ),
    "refusedMicrophone": "The browser gave no microphone: allow it for this page, or choose a sound file.",
    "noSound": "This file is no sound that the browser can read.",
    "kept": " The sound from before is kept.",
    "origins": {
        "recording": "your recording",
        "recorded": "{speaker} says {label} (FSDD, take {take})",
        "imagined": "the model’s imagined voice for {label}",
    },
    "spoken": "The input: {origin}",
    "nothing": "Nothing recorded yet.",
    "typical": "Values that are typical of",
    "value": "Value {place}",
    "allValues": "{count} numbers, with commas between them",
    "noNumbers": "This is no list of {count} numbers: write them with a point, and commas between them.",
    "numberRange": "A value must be a number from {low} to {high}.",
    "noMeans": "This checkpoint does not say what is typical of each class, so there are no examples.",
    "imagineBy": "Imagine by",
    "kinds": {"sample": "Sample", "mean": "Mean"},
    "again": "Imagine again",
    "how": {
        "sample": "Imagined from one draw of the posterior: one of those that fit.",
        "mean": "Imagined from the posterior’s mean: an average of all that fits, so blurred.",
    },
    "ways": {
        "show": "Show 8 ways",
        "caption": "eight draws of the posterior",
        "alt": "{title}, imagined in eight ways from the same inputs; the label decoder reads {labels}.",
        "given": "Given: nothing to imagine.",
    },
    "given": "given",
    "imagined": "imagined",
    "givenToModel": "given to the model",
    "notGiven": "not given",
    "reconstructed": "reconstructed",
    "imaginedBy": {"sample": "imagined: sample", "mean": "imagined: mean"},
    "alt": {
        "given": "{title}, as the model is given it.",
        "made": "{title}, {verb} by the model; the label decoder reads {label}.",
        "decoded": "{title} decoded from this latent; the label decoder reads {label}.",
        "grid": "10 by 10 pictures of {title} for 100 values of dimension {index}; their labels: {met}.",
        "row": "{title}, {state}; given: {row}; the label decoder reads {label}.",
    },
    "listen": "Listen",
    "listening": "The voice is coming …",
    "heard": "{title}, made from the MFCCs",
    "values": {"value": "Value", "given": "given", "made": "model", "caption": "Values of {title}"},
    "label": "Label",
    "shares": "Experts’ shares of the posterior",
    "sharesNote": "The surer an expert is, the larger is its share of the precision. The prior is one, too.",
    "allMissing": "Everything is missing: switch a modality on, or give one.",
    "subsets": {
        "given": "Given",
        "label": "Label",
        "elbo": "ELBO of the inputs, nats",
        "highest": "highest",
        "kl": "KL, nats",
        "inputRow": "The input",
        "input": "input",
        "none": "There is no input yet: give one on the page “{page}”.",
        "choose": "Choose a row to switch exactly its modalities on; ● marks the row that is switched on now.",
        "absent": "There is no {absent} yet, so {shown} of the {all} rows are shown.",
        "imagine": "{title}: let the model imagine {label}",
        "give": "{title}: an example of {label}",
        "elboNote": (
            "The ELBO (evidence lower bound) says how well the latent that was inferred from the given modalities "
            "explains all inputs, whether given in that row or not: higher is better. “highest” marks "
            "the largest, which need not be in the row that is switched on."
        ),
        "klNote": "KL is the divergence of the posterior from the prior: how much the model was told.",
        "table": "What the model makes of every subset",
    },
    "latent": {
        "start": "Start from",
        "current": "Posterior of the current input",
        "drawn": "Posterior of a drawn {label}",
        "ofClass": "Mean latent of {label}",
        "prior": "Prior mean, 0",
        "the": {
            "current": "the current input",
            "drawn": "a drawn {label}",
            "ofClass": "the mean latent of {label}",
            "prior": "the prior mean",
        },
        "none": "There is no input yet, so this is the prior mean, 0.",
        "tabs": {
            "sliders": "Sliders",
            "grid": "Walk along one dimension",
            "line": "Interpolate",
            "map": "Map",
        },
        "shown": "Most active dimensions",
        "reset": "Reset",
        "dimension": "Dimension {index} · KL {kl} nats",
        "index": "Dimension",
        "from": "From",
        "to": "To",
        "reach": "Reach",
        "met": "Labels met along the way: {met}",
        "walk": (
            "100 values of dimension {index}, row by row from {first} to {last}; at the start it is {value}. A frame "
            "marks each change of the label."
        ),
        "line": {
            "to": "To",
            "steps": "Steps",
            "chosen": "Step to look at",
            "film": "Filmstrip of the line",
            "step": "Step",
            "alt": "{title} at step {step}; the label decoder reads {label}.",
            "at": "Step {step}",
            "line": "A straight line in the latent, from {from} to {to}: it need not pass where samples lie.",
            "changes": "The label changes {changes}.",
            "change": "from {before} to {after} at step {step}",
            "noChange": "The label is {label} all along.",
        },
        "map": {
            "start": "start",
            "alt": (
                "Map of {count} test samples, each drawn as the mark of its class. Ring: {start}. Cross, {x} from the "
                "left and {y} from the top: decoded as {label}. Arrow keys move the cross."
            ),
            "how": (
                "Ring: the start, placed by its {nearest} nearest points. Cross: what is decoded. Point, click or "
                "drag, or give the map the focus and press arrow keys (with Shift: further)."
            ),
            "about": (
                "{count} test samples of all modalities together, each drawn as the mark of its class where t-SNE puts "
                "the mean of its joint posterior. It keeps near what is near in the latent; distances between groups, "
                "their sizes and the gaps mean nothing. It has no inverse: decoded is a mean of the latents of the "
                "{nearest} nearest points."
            ),
            "neighbours": "The {nearest} nearest points: {neighbours}.",
            "neighbour": "{count} × {label}",
            "toClass": "Go to the middle of",
            "toStart": "Go to the start",
        },
    },
}
