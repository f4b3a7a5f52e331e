import { recording } from "./exchange.ts";

interface Request {
  readonly method: "GET" | "PUT" | "POST" | "DELETE";
  readonly path: string;
  /** null: none was sent. */
  readonly body: unknown;
  readonly status: number;
  readonly response: unknown;
}

interface At {
  readonly t_ms: number;
}
type Act = At &
  (
    | { readonly dir: "open" | "error"; readonly data: string }
    | { readonly dir: "send"; readonly data: unknown }
    | { readonly dir: "http"; readonly data: Request }
  );
type Moment = Act | (At & { readonly dir: "comment" | "recv" | "closed"; readonly data: unknown });

/** Something that the client of the recorded WebSocket did, and what came of it. */
export interface Step {
  /** As the compatibility page names it: the millisecond at which it was done. */
  readonly id: string;
  readonly name: string;
  readonly act: Act;
  /** The messages that came then. */
  readonly came: readonly unknown[];
  /** The server hung up. */
  readonly closed: boolean;
  /** Of a burst, whose messages were not written down, how many told of a property. */
  readonly burst?: number;
}

const isAct = (moment: Moment | undefined): moment is Act =>
  moment !== undefined && ["open", "send", "http", "error"].includes(moment.dir);

/** The recorded session of the WebSocket, step by step. */
export const steps: readonly Step[] = stepsOf(recording("ws_frames.json"));

function stepsOf(moments: readonly Moment[]): Step[] {
  const begins = moments.flatMap((moment, i) => (isAct(moment) ? [i] : []));
  return begins.map((begin, n) => stepOf(moments.slice(begin, begins[n + 1])));
}

function stepOf([act, ...then]: readonly Moment[]): Step {
  if (!isAct(act)) throw new TypeError("a step begins with what the client does");
  const comments = then.flatMap(({ dir, data }) => (dir === "comment" ? String(data) : []));
  const burst = comments.flatMap((text) => /-> (\d+) propertyStatus/.exec(text)?.[1] ?? [])[0];
  return {
    id: act.dir === "open" ? "ws open" : `ws ${act.t_ms}`,
    name: nameOf(act),
    act,
    came: then.flatMap(({ dir, data }) => (dir === "recv" ? [data] : [])),
    closed: then.some(({ dir }) => dir === "closed"),
    ...(burst !== undefined && { burst: Number(burst) }),
  };
}

function nameOf({ dir, data }: Act): string {
  if (dir === "http") return `${data.method} ${data.path}`;
  return `${dir} ${typeof data === "string" ? data : JSON.stringify(data)}`;
}
