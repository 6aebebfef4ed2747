// The module worker of sounds: to make one audible takes a third of a second, for which no page waits.

import { serveSounds } from "./sound_service.js";

serveSounds(globalThis);
