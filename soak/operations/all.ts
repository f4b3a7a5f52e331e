import type { Operation } from "../step.ts";
import { blobs } from "./blobs.ts";
import { clients } from "./clients.ts";
import { emergencies } from "./emergencies.ts";
import { faults } from "./faults.ts";
import { guards } from "./guards.ts";
import { keys } from "./keys.ts";
import { leases } from "./leases.ts";
import { operators } from "./operators.ts";
import { wot } from "./wot.ts";

/** All that a program is made of. A new operation is a line in one of these tables. */
export const operations: readonly Operation[] = [
  ...clients,
  ...keys,
  ...leases,
  ...operators,
  ...emergencies,
  ...guards,
  ...faults,
  ...blobs,
  ...wot,
];
