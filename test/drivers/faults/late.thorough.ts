import { tryAll } from "./all.ts";
import { behind } from "./behind.ts";
import { cancelled, late } from "./late.ts";

tryAll([...late, ...behind, ...cancelled]);
