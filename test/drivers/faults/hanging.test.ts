import { tryAll } from "./all.ts";
import { hanging } from "./hanging.ts";

tryAll(hanging);
