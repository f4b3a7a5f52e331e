import { tryAll } from "./all.ts";
import { opening } from "./opening.ts";

tryAll(opening);
