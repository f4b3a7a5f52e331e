import { tryModel } from "./model.ts";

// Twenty times as many are tried in CI.
tryModel(500);
