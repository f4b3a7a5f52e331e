/**
 * While a program starts, nearly all that it makes stays. V8 takes note of which lines make such things, and has them made
 * among the old ones from then on: what an invocation consists of would stay there, with all that it refers to, until the
 * whole heap is collected. To be imported before all else.
 */
import { setFlagsFromString } from "node:v8";

setFlagsFromString("--no-allocation-site-pretenuring");
