import { sangaboard, v1 } from "./stage/sangaboard.ts";

/** The Sangaboard of today; `sangaboard(v0)` is the one that reads nothing while it moves. */
export default sangaboard(v1);
