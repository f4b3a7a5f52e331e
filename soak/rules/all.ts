import type { Rule } from "../rule.ts";
import { blobs } from "./blobs.ts";
import { bounds } from "./bounds.ts";
import { burst } from "./burst.ts";
import { done } from "./done.ts";
import { durations } from "./durations.ts";
import { emergency, stayed } from "./emergency.ts";
import { answers, ends } from "./ends.ts";
import { fence, persistence } from "./fence.ts";
import { interlocks } from "./interlocks.ts";
import { kept } from "./kept.ts";
import { keys } from "./keys.ts";
import { late } from "./late.ts";
import { leases } from "./leases.ts";
import { limits } from "./limits.ts";
import { dirty } from "./line.ts";
import { order } from "./order.ts";
import { cut, outputs } from "./safe.ts";
import { delivered, unknown } from "./truth.ts";
import { weighed } from "./weight.ts";

/** What is looked at after every step. A new rule is a file, and a line here. */
export const rules: readonly Rule[] = [
  ...[ends, answers, kept],
  ...[delivered, weighed, unknown, done],
  ...[fence, persistence],
  dirty,
  ...[emergency, stayed],
  ...[outputs, cut, interlocks, limits],
  ...[order, durations],
  bounds,
  blobs,
  ...[burst, late],
  ...[leases, keys],
];
