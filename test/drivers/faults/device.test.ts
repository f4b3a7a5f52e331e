import { tryAll } from "./all.ts";
import { device } from "./device.ts";

tryAll(device);
