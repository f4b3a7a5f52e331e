import { UsageError } from "../usage.ts";

/** What `--set NAME=VALUE` says: a value is JSON where it looks so, such as a number, and else a text. */
export function parametersIn(settings: readonly string[]): Readonly<Record<string, unknown>> {
  const entries = settings.map((setting): [string, unknown] => {
    const at = setting.indexOf("=");
    if (at <= 0) throw new UsageError(`--set takes NAME=VALUE, such as limit=8.2, not "${setting}"`);
    return [setting.slice(0, at), read(setting.slice(at + 1))];
  });
  const names = entries.map(([name]) => name);
  const twice = names.find((name, n) => names.indexOf(name) !== n);
  if (twice !== undefined) throw new UsageError(`--set says ${twice} twice`);
  return Object.fromEntries(entries);
}

function read(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
