import type { Rule } from "../rule.ts";
import { bounds } from "./bounds.ts";
import { burst } from "./burst.ts";
import { answers, ends } from "./ends.ts";
import { fence } from "./fence.ts";
import { dirty } from "./line.ts";
import { order } from "./order.ts";
import { emergency, outputs } from "./safe.ts";
import { delivered, unknown } from "./truth.ts";
import { weighed } from "./weight.ts";

/** What is looked at after every step. A new rule is a file, and a line here. */
export const rules: readonly Rule[] = [
  ends,
  answers,
  delivered,
  unknown,
  weighed,
  fence,
  dirty,
  emergency,
  outputs,
  order,
  bounds,
  burst,
];
