import { type Clock, realClock } from "../../clock.ts";
import { askedGateway, usualUrl } from "../asked-gateway.ts";
import { BenchClient } from "../bench/bench-client.ts";
import type { Word } from "../help/told.ts";
import type { Shell } from "../shell.ts";

/** Whoever types does not wait longer; real milliseconds. */
const patienceMs = 300;

interface Question {
  readonly of: Word;
  /** The Thing that was said before. */
  readonly thing: string | undefined;
  /** What has been begun. */
  readonly begun: string;
  /** Of the command line: `url`, `ca` and `token-file`. */
  readonly options: Readonly<Record<string, string>>;
}

/** The names that a gateway has of a kind. None when it does not answer in time, or not to us: nobody is told why. */
export async function namesAt(question: Question, shell: Shell, clock: Clock = realClock): Promise<readonly string[]> {
  let timer = clock.after(0, () => {});
  const late = new Promise<readonly string[]>((resolve) => {
    timer = clock.after(patienceMs, () => resolve([]));
  });
  const asked = ask(question, shell).catch(() => []);
  try {
    return await Promise.race([asked, late]);
  } finally {
    timer.cancel();
  }
}

async function ask({ of, thing, begun, options }: Question, shell: Shell): Promise<readonly string[]> {
  const values = { url: options["url"] ?? usualUrl, ca: options["ca"], "token-file": options["token-file"] };
  const bench = await BenchClient.of(await askedGateway(values, shell));
  switch (of) {
    case "thing":
      return Object.keys(await bench.states());
    case "property":
    case "property…":
      return thing === undefined ? [] : Object.keys((await bench.describe(thing)).properties ?? {});
    case "action":
      return thing === undefined ? [] : Object.keys((await bench.describe(thing)).actions ?? {});
    case "thing.property…": {
      const [name = ""] = begun.split(".");
      if (!begun.includes(".")) return Object.keys(await bench.states()).map((one) => `${one}.`);
      return Object.keys((await bench.describe(name)).properties ?? {}).map((one) => `${name}.${one}`);
    }
    case "invocation":
      return idsOf(await bench.ask(bench.path("action_invocations"), { method: "GET", query: { status: "running" } }));
    case "prompt":
      return idsOf(await bench.ask("/gateway/prompts", { method: "GET" }));
    case "run":
      return idsOf(await bench.ask("/gateway/runs", { method: "GET", query: { limit: "20" } }));
    case "recording":
      return (await bench.ask<readonly { readonly name: string }[]>("/gateway/recordings", { method: "GET" })).map(
        ({ name }) => name,
      );
    case "schedule":
      return Object.keys(await bench.ask("/gateway/schedules", { method: "GET" }));
    case "interlock":
      return Object.keys(await bench.ask("/gateway/interlocks", { method: "GET" }));
    case "procedure":
      return Object.keys(await bench.ask("/gateway/procedures", { method: "GET" }));
    case "own":
      return [];
  }
}

const idsOf = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id);
