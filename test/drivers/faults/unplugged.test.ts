import { tryAll } from "./all.ts";
import { unplugged } from "./unplugged.ts";

tryAll(unplugged);
