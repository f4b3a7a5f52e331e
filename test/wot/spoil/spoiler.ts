import type { Answer, Listening, Message, Request, Wire } from "../wire.ts";

/** A way in which a gateway may be wrong. */
export interface Spoiler {
  readonly what: string;
  /** Checks that have to find it; each check is named by at least one spoiler. */
  readonly found: readonly string[];
  readonly answer?: (answer: Answer, request: Request) => Answer;
  /** Undefined: it is not sent. */
  readonly message?: (message: Message) => Message | undefined;
  readonly listening?: (listening: Listening) => Listening;
  readonly connections?: (count: number) => number;
}

/** The same bench, as if it were wrong in this way. */
export function spoilt(wire: Wire, { answer, message, listening, connections }: Spoiler): Wire {
  return {
    origin: wire.origin,
    pass: wire.pass,
    async ask(request) {
      const asked = await wire.ask(request);
      return answer ? answer(asked, request) : asked;
    },
    async listen(url, headers) {
      const opened = await wire.listen(url, headers);
      const changed = message ? { ...opened, heard: spoiltMessages(opened, message) } : opened;
      return listening ? listening(changed) : changed;
    },
    async connections() {
      const count = await wire.connections();
      return connections ? connections(count) : count;
    },
  };
}

function spoiltMessages(opened: Listening, change: NonNullable<Spoiler["message"]>): Listening["heard"] {
  return async (matches, patienceMs) => {
    const message = await opened.heard(matches, patienceMs);
    return message && change(message);
  };
}

/** An answer with other JSON in it. */
export function withJson(answer: Answer, change: (body: unknown) => unknown): Answer {
  if (!/json/.test(answer.headers["content-type"] ?? "")) return answer;
  return { ...answer, body: JSON.stringify(change(JSON.parse(answer.body))) };
}

/** Only the Thing Descriptions are spoilt, and not that of the directory. */
export const inDescriptions =
  (change: (td: Readonly<Record<string, unknown>>) => unknown) =>
  (answer: Answer, { url }: Request): Answer =>
    url.includes("/directory/things/")
      ? withJson(answer, (td) => change(td as Readonly<Record<string, unknown>>))
      : answer;

/** Wherever it stands in a value, a member is changed; undefined leaves it out. */
export function everywhere(value: unknown, key: string, change: (member: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => everywhere(one, key, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, name === key ? change(one) : everywhere(one, key, change)]),
  );
}
