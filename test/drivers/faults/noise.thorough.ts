import { tryAll } from "./all.ts";
import { noise } from "./noise.ts";

tryAll(noise);
