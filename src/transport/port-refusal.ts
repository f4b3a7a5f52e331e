import {
  type BenchdError,
  ConfigError,
  DisconnectedError,
  PermissionDeniedError,
  PortBusyError,
  PortMissingError,
} from "../errors.ts";

/** Why a port could not be opened, and what to do about it. */
export function refusal(path: string, cause: unknown): BenchdError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const known = reasons.find(([pattern]) => pattern.test(reason));
  return known ? known[1](path, cause) : new DisconnectedError(`${path} could not be opened: ${reason}`, { cause });
}

/** What the system says, which serialport tells as text only, and what we make of it. */
const reasons: readonly (readonly [RegExp, (path: string, cause: unknown) => BenchdError])[] = [
  [
    /ENOENT|No such file|No such device|ENXIO|ENODEV/,
    (path, cause) =>
      new PortMissingError(`there is no ${path}: plug the device in, or correct "serial" in its entry`, { cause }),
  ],
  [
    /EACCES|EPERM|Permission denied|not permitted/,
    (path, cause) =>
      new PermissionDeniedError(
        `${path} may not be opened: add the user that runs benchd to the group dialout (sudo usermod -aG dialout <user>) and log in again`,
        { cause },
      ),
  ],
  [
    /Cannot lock port|busy/,
    (path, cause) =>
      new PortBusyError(`${path} is in use by another program: find it with "fuser ${path}" and close it`, { cause }),
  ],
  [
    /Invalid (data|stop|parity)|baud rate|Inappropriate ioctl/,
    (path, cause) => new ConfigError(`${path} cannot be set up as the driver asks: is it a serial port?`, { cause }),
  ],
];
