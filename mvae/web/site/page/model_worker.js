// The module worker of the model.

import { serveModel } from "./model_service.js";

serveModel(globalThis);
