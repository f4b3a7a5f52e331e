import {
  BenchdError,
  ConfigError,
  DisconnectedError,
  PermissionDeniedError,
  PortBusyError,
  PortMissingError,
} from "../errors.ts";
import { accessTo, joinGroup } from "./ports/access.ts";
import { holdersOf, holdersText } from "./ports/holders.ts";

/** What was found out about a port that cannot be opened. */
export interface Evidence {
  /** Who has it, and what to do about it. */
  readonly held: string;
  /** Those who may open it. */
  readonly group: string;
}

/** As `refusal`, with what this machine tells about the port. */
export async function refusalOf(path: string, cause: unknown): Promise<BenchdError> {
  if (cause instanceof BenchdError) return cause;
  const [holders, { group }] = await Promise.all([holdersOf(path), accessTo(path)]);
  return refusal(path, cause, { held: holdersText(holders, path), group });
}

/** Why a port could not be opened, and what to do about it. */
export function refusal(path: string, cause: unknown, evidence: Evidence): BenchdError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const known = reasons.find(([pattern]) => pattern.test(reason));
  return known
    ? known[1](path, cause, evidence)
    : new DisconnectedError(`${path} could not be opened: ${reason}`, { cause });
}

type Explain = (path: string, cause: unknown, evidence: Evidence) => BenchdError;

/** What the system says, which serialport tells as text only, and what we make of it. */
const reasons: readonly (readonly [RegExp, Explain])[] = [
  [
    /ENOENT|No such file|No such device|ENXIO|ENODEV/,
    (path, cause) =>
      new PortMissingError(`there is no ${path}: plug the device in, or correct "serial" in its entry`, { cause }),
  ],
  [
    /EACCES|EPERM|Permission denied|not permitted/,
    (path, cause, { group }) => new PermissionDeniedError(`${path} may not be opened: ${joinGroup(group)}`, { cause }),
  ],
  [/Cannot lock port|busy/, (path, cause, { held }) => new PortBusyError(`${path} is in use ${held}`, { cause })],
  [
    /Invalid (data|stop|parity)|baud rate|Inappropriate ioctl/,
    (path, cause) => new ConfigError(`${path} cannot be set up as the driver asks: is it a serial port?`, { cause }),
  ],
  [
    /EIO|Input\/output error/,
    (path, cause) =>
      new DisconnectedError(
        `${path} fails with an input/output error: unplug it, plug it in again, and see what the kernel says of it (dmesg)`,
        { cause },
      ),
  ],
];
