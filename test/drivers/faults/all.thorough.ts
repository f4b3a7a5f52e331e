import { tryOthers } from "./all.ts";
import { behind } from "./behind.ts";
import { hanging } from "./hanging.ts";
import { noise } from "./noise.ts";

tryOthers([...behind, ...hanging, ...noise]);
