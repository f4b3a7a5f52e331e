/**
 * What we use of TypeBox, as one module: the build makes a single file of it. Loading its five hundred was half of the time
 * from a crash until `benchd safe` has made the outputs safe.
 */
export type { Static, TObject, TSchema } from "typebox";
export { Type } from "typebox";
export { Compile } from "typebox/compile";
export { Value } from "typebox/value";
