import type { Config } from "../config/config.ts";
import { liveSections, staying } from "./plan.ts";

/** What a file may say anew while benchd runs. */
const live = ["things", "buses", "gpio", ...liveSections] as const;

/** What a file is, and not what it says. */
const ofTheFile = ["file", "directory", "at"] as const;

/** What holds once `latest` is taken up: what a running process cannot change is as it was at its start. */
export function asItHolds(running: Config, latest: Config): Config {
  const content = taken(tableOf(running.content), tableOf(latest.content), live);
  return { ...taken(running, latest, [...live, ...ofTheFile]), content };
}

/** `before` with these of `after`, but for what of them stays. */
function taken<T extends object>(before: T, after: T, names: readonly string[]): T {
  const whole = mixed(before, after, names);
  const parts = Object.entries(staying).flatMap(([section, rest]) => {
    const [was, is] = [said(before, section), said(after, section)];
    return was || is ? [[section, mixed(tableOf(is), tableOf(was), rest)] as const] : [];
  });
  return { ...whole, ...Object.fromEntries(parts) };
}

/** `before` with these of `after`. */
function mixed<T extends object>(before: T, after: T, names: readonly string[]): T {
  const kept = Object.entries(before).filter(([name]) => !names.includes(name));
  const taken = Object.entries(after).filter(([name]) => names.includes(name));
  return Object.fromEntries([...kept, ...taken]) as T;
}

const said = (group: object, name: string): unknown => Object.entries(group).find(([one]) => one === name)?.[1];

const tableOf = (content: unknown) => (typeof content === "object" && content !== null ? content : {});
