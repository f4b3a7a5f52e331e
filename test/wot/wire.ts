/** A request as a consumer sends it. */
export interface Request {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Absolute. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is. */
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** One message of a stream of server-sent events; a field that was not sent is undefined. */
export interface Message {
  readonly event: string | undefined;
  readonly data: string | undefined;
  readonly id: string | undefined;
}

/** A stream of server-sent events that is being read. */
export interface Listening {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The first message that matches, come already or to come; undefined when none comes within so many ms of real time. */
  heard(matches: (message: Message) => boolean, patienceMs: number): Promise<Message | undefined>;
  /** Whether the other side has ended it. */
  isOver(): boolean;
  close(): void;
}

/** All that a consumer knows of the other side: where it is, and what it answers. */
export interface Wire {
  readonly origin: string;
  /** Time on the bench passes until it is answered. */
  ask(request: Request): Promise<Answer>;
  listen(url: string, headers?: Readonly<Record<string, string>>): Promise<Listening>;
  /** How many connections the other side holds. */
  connections(): Promise<number>;
  /** Let time pass on the bench; milliseconds. */
  pass(ms: number): Promise<void>;
}

/** The body as JSON; undefined when it is none. */
export function jsonOf({ body }: Pick<Answer, "body">): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** The media type of an answer, without its parameters. */
export const mediaType = ({ headers }: Pick<Answer, "headers">): string =>
  (headers["content-type"] ?? "").split(";", 1)[0]?.trim() ?? "";

/** Whether an answer is the challenge to authenticate by a scheme: 401, with its name and a realm, which RFC 7617 has Basic tell. */
export function asksFor({ status, headers }: Answer, scheme: "basic" | "bearer"): boolean {
  const challenges = (headers["www-authenticate"] ?? "").replaceAll(/"(?:[^"\\]|\\.)*"/g, '""');
  return (
    status === 401 && new RegExp(`(?:^|,)\\s*${scheme}\\s+(?:[\\w-]+=[^\\s,]*\\s*,\\s*)*realm=`, "i").test(challenges)
  );
}
