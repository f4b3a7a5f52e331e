/**
 * While a program starts, nearly all that it makes stays. V8 takes note of which lines make such things, and has them made
 * among the old ones from then on: what an invocation consists of would stay there, with all that it refers to, until the
 * whole heap is collected. To be imported before all else.
 */
import { setFlagsFromString } from "node:v8";

setFlagsFromString("--no-allocation-site-pretenuring");

/**
 * From now on keep close to what is in use, on a machine of little memory, and give back what a load has taken: V8 would
 * wait until the heap is three times as large, and then keep that. It costs 10 to 25 % more CPU for each invocation. Not
 * before all is loaded: until then the heap grows by what stays, and each collection would be in vain.
 */
export const keepHeapSmall = (): void => setFlagsFromString("--optimize-for-size");
