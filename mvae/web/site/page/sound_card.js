// A sound: the microphone where browsers give it, a file, and examples.

import { button, element, filled } from "./dom.js";
import { exampleButtons } from "./example_buttons.js";
import { hasRecordings } from "./examples.js";
import { player } from "./sounds.js";

const RATE = 48_000; // hertz, to which a browser decodes what is no wav file
const BITS = 256_000; // a second: next to nothing is lost

// As the model's recordings were made: what makes telephones clearer changes the MFCCs.
const PLAIN = { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false };

/** Returns {body, buttons, show}. */
export function soundInput(app, modality) {
  const { state, site } = app, { texts } = site, { name, title } = modality;
  const slot = state.slots[name];
  const heard = element("div", { class: "heard" });
  const take = async (content, origin) => {
    const answer = await readSound(app, content);
    if (answer.value) state.put(name, { ...answer.value, origin });
    else state.complain(name, answer.sentence + (slot.content ? texts.kept : ""));
  };
  const file = element("input", { type: "file", accept: "audio/*,.wav", class: "unseen", id: `file-${name}` });
  file.addEventListener("change", () => {
    const [chosen] = file.files;
    if (chosen) chosen.arrayBuffer().then((content) => take(content, chosen.name));
    file.value = "";
  });
  const choose = element("label", { class: "button", for: file.id }, texts.file);
  const recorder = microphone(texts, title, (content) => take(content, texts.origins.recording), (sentence) => state.complain(name, sentence));
  const body = element(
    "div",
    { class: "sound-input" },
    element("p", { class: "note" }, site.posters ? texts.sayDigit : texts.say),
    recorder,
    exampleButtons(app, modality, hasRecordings(app, name) ? texts.pickRecording : texts.imagineVoice),
    heard,
  );
  let shown; // the content whose player is there
  return {
    body,
    buttons: [file, choose],
    show: () => {
      if (shown === slot.content) return;
      shown = slot.content;
      if (shown === null) {
        heard.replaceChildren(element("p", { class: "note" }, texts.nothing));
        return;
      }
      const words = filled(texts.spoken, { origin: shown.origin });
      const sound = shown.waveform ? player(shown.waveform, shown.rate, `${title}. ${words}`) : null;
      heard.replaceChildren(...[sound, element("p", { class: "note" }, words)].filter(Boolean));
    },
  };
}

/** Returns a promise of {value: {values, waveform, rate}} or of {sentence}. */
async function readSound({ sounds, site }, content) {
  const { texts } = site;
  const wave = await sounds("wave", new Uint8Array(content));
  if (wave.refused) return { sentence: wave.refused.sentence };
  const recording = wave.value ?? (await decoded(content));
  if (recording === null) return { sentence: texts.noSound };
  const { value, refused } = await sounds("sound", recording.waveform, recording.rate);
  return refused ? { sentence: refused.sentence } : { value: { values: value, ...recording } };
}

async function decoded(content) {
  try {
    const found = await new OfflineAudioContext(1, 1, RATE).decodeAudioData(content.slice(0));
    const channels = Array.from({ length: found.numberOfChannels }, (_, each) => found.getChannelData(each));
    const waveform = channels[0].map((_, at) => channels.reduce((sum, each) => sum + each[at], 0) / channels.length);
    return { waveform, rate: found.sampleRate };
  } catch {
    return null;
  }
}

/** Returns the button that records, or the sentence that says why there is none. */
function microphone(texts, title, take, complain) {
  if (!isSecureContext || !navigator.mediaDevices?.getUserMedia || !globalThis.MediaRecorder) {
    return element("p", { class: "note" }, texts.noMicrophone);
  }
  let recorder = null;
  const made = button(texts.record, async () => {
    if (recorder) {
      recorder.stop();
      return;
    }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: PLAIN });
      recorder = record(stream, made, texts, (content) => {
        recorder = null;
        made.textContent = texts.record;
        take(content);
      });
    } catch {
      recorder = null;
      complain(texts.refusedMicrophone);
    }
  }, { "aria-label": `${texts.record}: ${title}`, class: "button record" });
  return made;
}

const LONGEST = 10; // seconds, after which a recording ends by itself

function record(stream, shown, texts, done) {
  const recorder = new MediaRecorder(stream, { audioBitsPerSecond: BITS }), parts = [];
  let seconds = 0;
  const tell = () => { shown.textContent = `${texts.stop} · ${filled(texts.recording, { seconds })}`; };
  const clock = setInterval(() => {
    seconds += 1;
    tell();
    if (seconds === LONGEST) recorder.stop();
  }, 1000);
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.onstop = async () => {
    clearInterval(clock);
    for (const track of stream.getTracks()) track.stop();
    done(await new Blob(parts).arrayBuffer());
  };
  recorder.start();
  tell();
  return recorder;
}
