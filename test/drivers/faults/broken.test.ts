import { tryAll } from "./all.ts";
import { broken } from "./broken.ts";

tryAll(broken);
