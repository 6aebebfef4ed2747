// The module worker of the live pages: the model, and what becomes of its inputs and outputs, beside the page.

import { serve } from "../engine/service.js";
import { studio } from "./studio.js";

serve(globalThis, studio);
