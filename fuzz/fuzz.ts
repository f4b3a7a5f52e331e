import { Tally } from "../soak/tally.ts";
import { type Case, caseOf } from "./case.ts";
import { Client } from "./client.ts";
import { judge, type Outcome } from "./judge.ts";
import { Known } from "./known.ts";
import type { Surface } from "./surface.ts";

export interface FuzzOptions {
  readonly port: number;
  readonly surface: Surface;
  readonly seed: number;
  /** The number of the first case. */
  readonly from?: number;
  /** That many requests, or one more case when the last one has several. */
  readonly requests: number;
  /** That many connections at a time; 24 unless told. */
  readonly clients?: number;
  /** These may stand in no answer. */
  readonly secrets?: readonly string[];
  /** Each time so many requests have been sent this is done, in the middle of the others. Returns what is wrong. */
  readonly every?: { readonly requests: number; readonly look: (sent: number) => Promise<readonly string[]> };
  /** Where it is counted; a new one unless told. */
  readonly tally?: Tally;
  /** Ends it at once. */
  readonly signal?: AbortSignal;
}

/** What was wrong, and with what. */
export interface Violation {
  readonly number: number;
  readonly what: string;
  readonly wrong: readonly string[];
  /** What was sent, and what came, a byte a character. */
  readonly sent: string;
  readonly came: string;
}

export interface Fuzzed {
  readonly requests: number;
  /** The number of the case that would be next. */
  readonly next: number;
  readonly connections: number;
  readonly tally: Tally;
  readonly violations: readonly Violation[];
}

/** More than so many only repeat themselves. */
const maxViolations = 20;

/** Send what the seed decides to a gateway that listens, and judge what comes. */
export async function fuzz(options: FuzzOptions): Promise<Fuzzed> {
  const {
    port,
    surface,
    seed,
    from = 0,
    clients: count = 24,
    secrets = [],
    every,
    signal,
    tally = new Tally(),
  } = options;
  const known = new Known();
  const violations: Violation[] = [];
  const clients = Array.from({ length: count }, () => new Client(port));
  let next = from;
  let requests = 0;
  let looked = 0;
  let looking: Promise<void> | undefined;
  const goesOn = () => requests < options.requests && violations.length < maxViolations && !signal?.aborted;

  const look = async () => {
    const wrong = (await every?.look(requests)) ?? [];
    if (wrong.length > 0 && !signal?.aborted)
      violations.push({ number: next - 1, what: "the bench, by then", wrong, sent: "", came: "" });
    looking = undefined;
  };
  const lookWhenDue = () => {
    if (!every || looking || requests - looked < every.requests) return;
    looked = requests;
    looking = look();
  };
  const work = async (client: Client) => {
    while (goesOn()) {
      lookWhenDue();
      const one = caseOf(surface, seed, next++);
      requests += one.count;
      const pieces = one.pieces.map((piece) => known.filledIn(piece));
      const outcome = await client.send(one, pieces);
      note(tally, one, outcome);
      for (const answer of outcome.answers) known.learn(answer);
      const wrong = judge(one, outcome, secrets);
      if (wrong.length > 0 && !signal?.aborted) violations.push(violation(one, pieces, outcome, wrong));
    }
  };
  try {
    await Promise.all(clients.map(work));
    await looking;
  } finally {
    for (const client of clients) client.close();
  }
  const connections = clients.reduce((sum, client) => sum + client.connections, 0);
  return { requests, next, connections, tally, violations };
}

function note(tally: Tally, { sort, what, count }: Case, { answers, closed, left, timedOut }: Outcome): void {
  tally.count(`sent: ${sort}`, what, count);
  for (const { status } of answers) tally.count("answered", String(status));
  if (answers.length === 0) tally.count("answered", timedOut ? "not at all" : "hung up on");
  if (closed) tally.count("connections", "closed by the gateway");
  else if (left) tally.count("connections", "left in the middle of a stream");
  else tally.count("connections", "kept, or closed by the client");
}

function violation(
  one: Case,
  pieces: readonly string[],
  { answers, rest }: Outcome,
  wrong: readonly string[],
): Violation {
  const told = answers.map(
    ({ status, headers, body }) =>
      `${status}\n${[...headers].map((pair) => pair.join(": ")).join("\n")}\n\n${body.toString("latin1", 0, 2000)}`,
  );
  const came = [...told, rest.toString("latin1", 0, 1000)].join("\n");
  return { number: one.number, what: `${one.sort}: ${one.what}`, wrong, sent: pieces.join(""), came };
}
