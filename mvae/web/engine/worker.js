// The module worker: the model beside the page, which never waits for it.
import { serve } from "./service.js";

serve(globalThis);
