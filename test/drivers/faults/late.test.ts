import { tryAll } from "./all.ts";
import { cancelled, late } from "./late.ts";

tryAll([...late, ...cancelled]);
