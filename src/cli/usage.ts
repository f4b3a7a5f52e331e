import { type ParseArgsConfig, parseArgs } from "node:util";
import { didYouMean } from "../did-you-mean.ts";
import { BenchdError } from "../errors.ts";

/** The command line is wrong. */
export class UsageError extends BenchdError {
  readonly code = "BENCHD_USAGE";
}

type Options = NonNullable<ParseArgsConfig["options"]>;

type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: O; allowPositionals: true; strict: true }>
>;

/** The options of a command, and exactly one positional argument for each name in `positionals`; or as many as there are. */
export function readArguments<const O extends Options>(
  args: readonly string[],
  options: O,
  positionals: readonly string[] | "any" = [],
): Parsed<O> {
  const parsed = parse(args, options);
  if (positionals === "any") return parsed;
  const missing = positionals[parsed.positionals.length];
  if (missing) throw new UsageError(`${missing} is missing`);
  const extra = parsed.positionals[positionals.length];
  if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many`);
  return parsed;
}

function parse<const O extends Options>(args: readonly string[], options: O): Parsed<O> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (cause) {
    const unknown = args.find((arg) => /^-[^-]/.test(arg) || !known(arg, options));
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" && unknown !== undefined) {
      const names = Object.keys(options).map((name) => `--${name}`);
      throw new UsageError(`there is no option ${unknown}${didYouMean(`--${optionName(unknown)}`, names)}`, { cause });
    }
    const text = cause instanceof Error ? cause.message : String(cause);
    const [option = ""] = /--[\w-]+/.exec(text) ?? [];
    const takesNone = options[optionName(option)]?.type === "boolean";
    throw new UsageError(option ? `${option} ${takesNone ? "takes no value" : "needs a value"}` : text, { cause });
  }
}

const known = (arg: string, options: Options) => !arg.startsWith("--") || Object.hasOwn(options, optionName(arg));

const optionName = (arg: string) => arg.slice(2).replace(/=.*$/s, "");

interface Range {
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

/** A number given on the command line. */
export function readNumber(name: string, text: string, { min, max, whole = false }: Range): number {
  const value = Number(text);
  const fits = text.trim() !== "" && value >= min && value <= max && (!whole || Number.isInteger(value));
  if (!fits)
    throw new UsageError(`${name} takes a ${whole ? "whole " : ""}number from ${min} to ${max}, not "${text}"`);
  return value;
}
