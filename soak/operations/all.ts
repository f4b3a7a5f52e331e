import type { Operation } from "../step.ts";
import { clients } from "./clients.ts";
import { faults } from "./faults.ts";
import { operators } from "./operators.ts";

/** All that a program is made of. A new operation is a line in one of these tables. */
export const operations: readonly Operation[] = [...clients, ...operators, ...faults];
