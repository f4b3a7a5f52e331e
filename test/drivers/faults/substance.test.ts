import { tryAll } from "./all.ts";
import { substance } from "./substance.ts";

tryAll(substance);
