import { tryModel } from "./model.ts";

tryModel(10_000);
