import { tryAll } from "./all.ts";
import { pins } from "./pins.ts";

tryAll(pins);
