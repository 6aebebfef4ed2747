// The model in the page itself, where workers do not run: in a single file that was opened from a disk.
import { serve } from "./service.js";

/** A port as `startEngine` takes it. */
export function openLocal() {
  const { port1, port2 } = new MessageChannel();
  serve(port1);
  return port2;
}
