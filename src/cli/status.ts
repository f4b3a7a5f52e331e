import { BenchdError, ConfigError, DefinitionError } from "../errors.ts";
import { NobodyKnowsError, NoGatewayError, RefusalError, UntrustedError } from "./gateway-errors.ts";
import { UsageError } from "./usage.ts";

/** Exit statuses; from 64 on as in sysexits(3). `docs/command-line.md` tells them. */
export const status = {
  ok: 0,
  /** It could not be done, or what was looked at is not in order. */
  failed: 1,
  /** The invocation has ended with an error. */
  error: 2,
  /** The invocation was cancelled. */
  cancelled: 3,
  /** The invocation goes on, and nobody looks. */
  leftRunning: 4,
  /** The invocation was cancelled, as it took longer than it may. */
  timeout: 5,
  /** Nobody knows what the device has done. */
  unknown: 6,
  usage: 64,
  /** No gateway answers, or none that proves who it is. */
  unavailable: 69,
  software: 70,
  /** The gateway has too much to do: later it may. */
  later: 75,
  notPermitted: 77,
  config: 78,
} as const;

/** What a command that has failed exits with. */
export function statusOf(error: unknown): number {
  if (error instanceof UsageError) return status.usage;
  if (error instanceof NoGatewayError) return error.mayBeDone ? status.unknown : status.unavailable;
  if (error instanceof UntrustedError) return status.unavailable;
  if (error instanceof NobodyKnowsError) return status.unknown;
  if (error instanceof RefusalError) return refusals.get(error.status) ?? status.failed;
  if (error instanceof ConfigError || error instanceof DefinitionError) return status.config;
  return error instanceof BenchdError ? status.failed : status.software;
}

const refusals: ReadonlyMap<number, number> = new Map([
  [401, status.notPermitted],
  [403, status.notPermitted],
  [429, status.later],
  [503, status.later],
]);
