import { once } from "node:events";
import { readdirSync } from "node:fs";
import { type Served, served } from "./served.ts";

/** `now`: as it is. `collected`: after a full collection. `late`: as it is, and how late timers have come since that was asked last. */
export type Question = "now" | "collected" | "late";

/** What a process holds. */
export interface Holding {
  /** JavaScript's, and what it holds outside of it; bytes. */
  readonly heap: number;
  readonly rss: number;
  /** p99 of how late a timer comes; ms. */
  readonly lateMs: number;
}

const insight = new URL("./contenders/insight.js", import.meta.url).href;

/** The built gateway with somebody in it who tells what it holds. */
export interface Insight extends Served {
  ask(question: Question): Promise<Holding>;
  /** How many threads it has. */
  threads(): number;
}

/** `things` is what stands below `things:`. */
export async function servedWithInsight(things: string): Promise<Insight> {
  const gateway = await served({ things, nodeOptions: ["--import", insight] });
  const { process: child, pid } = gateway;
  const ask = async (question: Question) => {
    child.send(question);
    const [answer] = (await once(child, "message")) as [Holding];
    return answer;
  };
  return { ...gateway, ask, threads: () => readdirSync(`/proc/${pid}/task`).length };
}

/** So many counters, `counter0` and so on. */
export const counters = (count: number): string =>
  Array.from({ length: count }, (_, n) => `  counter${n}: { driver: counter }`).join("\n");

export const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
