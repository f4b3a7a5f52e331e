import {
  type BenchdError,
  ConfigError,
  DisconnectedError,
  PermissionDeniedError,
  PortBusyError,
  PortMissingError,
} from "../errors.ts";
import { headerLabels } from "./gpio-header.ts";

/** What a chip is called, and where it is. */
export interface KnownChip {
  readonly path: string;
  readonly label: string;
}

/** The one chip that is meant; throws what to do when there is none, or when nobody can tell which. */
export function chosenChip<Chip extends KnownChip>(chips: readonly Chip[], wanted: string | undefined): Chip {
  const fits = chips.filter(({ path, label }) =>
    wanted === undefined ? headerLabels.includes(label) : label === wanted || path === wanted,
  );
  const [chip, another] = fits;
  const found = chips.map(({ path, label }) => `${path} (${label})`).join(", ") || "none at all";
  if (!chip)
    throw new PortMissingError(
      `there is no GPIO chip ${wanted ?? "of a Raspberry Pi's header"}: found ${found}; name yours in "gpio: { chip: … }", by its label`,
    );
  if (another)
    throw new ConfigError(
      `several GPIO chips are labelled ${chip.label}: ${fits.map(({ path }) => path).join(", ")}; name one by its path in "gpio: { chip: … }"`,
    );
  return chip;
}

/** Why a file of a GPIO chip, or a line of it, could not be used, and what to do; `code` is the system's name for it. */
export function gpioRefusal(what: string, code: string | undefined, cause?: unknown): BenchdError {
  const options = { cause };
  if (code === "EACCES" || code === "EPERM")
    return new PermissionDeniedError(
      `${what} may not be used: add the user that runs benchd to the group gpio (sudo usermod -aG gpio <user>) and log in again`,
      options,
    );
  if (code === "ENOENT" || code === "ENODEV" || code === "ENXIO")
    return new PortMissingError(`${what} is not there: has its chip been unplugged?`, options);
  if (code === "EBUSY") return new PortBusyError(`${what} is in use: gpioinfo tells by whom`, options);
  if (code === "EINVAL" || code === "ENOTTY" || code === "ENOTSUP" || code === "EOPNOTSUPP")
    return new ConfigError(
      `${what} cannot do what is asked (${code}): leave out pull or debounceMs; before Linux 5.10, say "gpio: { backend: sysfs }"`,
      options,
    );
  return new DisconnectedError(`${what} failed: ${code ?? String(cause)}`, options);
}

/** What Node says of a file. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
