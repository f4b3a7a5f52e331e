import { goodbyeMs } from "../discovery/announcer.ts";
import { bridgeEndingMs } from "../mqtt/bridge.ts";
import { hangingUpMs } from "../mqtt/connection.ts";
import { tidyingMs } from "./access.ts";
import { answersMs } from "./mqtt.ts";
import { lastAnswersMs } from "./stop.ts";

/** What ends after the gateway, one after the other; each is bounded by itself. The broker counts whether there is one or not, as if a reload had just exchanged it. */
const afterwardsMs = lastAnswersMs + goodbyeMs + answersMs + bridgeEndingMs + hangingUpMs + tidyingMs;

/** How long the whole process may take from the moment on in which it is asked to end; milliseconds. */
export const processEndingMs = (gateway: { readonly endingMs: number }): number => gateway.endingMs + afterwardsMs;
