import { type Clock, realClock } from "../../clock.ts";
import { askGateway, refusal } from "../ask-gateway.ts";
import { askedGateway } from "../asked-gateway.ts";
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
  const values = { url: options["url"], ca: options["ca"], "token-file": options["token-file"] };
  const gateway = await askedGateway(values, shell);
  /** Each request takes its part of the little time there is. */
  const get = async (path: string) => {
    const answer = await askGateway(gateway, { method: "GET", path, patienceMs });
    if (answer.status !== 200) throw refusal(answer, gateway);
    return answer.body as never;
  };
  const describe = async (name: string | undefined) =>
    name === undefined ? undefined : (await BenchClient.of(gateway)).describe(name);
  switch (of) {
    case "thing":
      return Object.keys(await get("/thing_states"));
    case "property":
    case "property…":
      return Object.keys((await describe(thing))?.properties ?? {});
    case "action":
      return Object.keys((await describe(thing))?.actions ?? {});
    case "thing.property…": {
      const [name = ""] = begun.split(".");
      if (!begun.includes(".")) return Object.keys(await get("/thing_states")).map((one) => `${one}.`);
      return Object.keys((await describe(name))?.properties ?? {}).map((one) => `${name}.${one}`);
    }
    case "invocation": {
      const bench = await BenchClient.of(gateway);
      return idsOf(await bench.ask(bench.path("action_invocations"), { method: "GET", query: { status: "running" } }));
    }
    case "prompt":
      return idsOf(await get("/gateway/prompts"));
    case "run":
      return idsOf(await get("/gateway/runs?limit=20"));
    case "recording":
      return ((await get("/gateway/recordings")) as readonly { readonly name: string }[]).map(({ name }) => name);
    case "schedule":
      return Object.keys(await get("/gateway/schedules"));
    case "interlock":
      return Object.keys(await get("/gateway/interlocks"));
    case "procedure":
      return Object.keys(await get("/gateway/procedures"));
    case "own":
      return [];
  }
}

const idsOf = (all: readonly { readonly id: string }[]) => all.map(({ id }) => id);
