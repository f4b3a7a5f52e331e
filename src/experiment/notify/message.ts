/** What somebody is told of an alarm. Times are wall clock, in milliseconds. */
export interface Message {
  /** The same however often it is sent. */
  readonly id: string;
  /** The name of the alarm; that of the notifier for a test. */
  readonly alarm: string;
  readonly title: string;
  readonly state: "raised" | "cleared" | "test";
  readonly at: number;
  readonly clockTrusted: boolean;
  /** Why it is raised, or what it is over by. */
  readonly reason: string;
  readonly things: readonly string[];
  /** How often it has changed since the message before; more than 1 when that could not be sent at once, or was not. */
  readonly changes: number;
  /** The machine. */
  readonly bench: string;
  /** Of benchd. */
  readonly version: string;
}

/** Brings messages to people. */
export interface Post {
  /** Resolves when somebody else has it. Rejects with a `NotificationError`, and when it is aborted. */
  send(message: Message, signal: AbortSignal): Promise<void>;
}

const words = { raised: "RAISED", cleared: "over", test: "test" } as const;

/** One line: what it is about. */
export const subjectOf = ({ state, title, bench }: Message): string => `[${bench}] ${words[state]}: ${title}`;

/** All of it, for people. */
export function textOf(message: Message): string {
  const { state, alarm, reason, at, clockTrusted, changes, bench, version } = message;
  const time = `${new Date(at).toISOString()}${clockTrusted ? "" : " (nobody knows whether this clock is right)"}`;
  const again = changes > 1 ? [`It has changed ${changes} times since the message before.`] : [];
  if (state === "test") return [reason, "", `At ${time}, benchd ${version} on ${bench}.`].join("\n");
  const what = state === "raised" ? "is raised" : "is over";
  return [`The alarm ${alarm} ${what}: ${reason}`, ...again, "", `Since ${time}, benchd ${version} on ${bench}.`].join(
    "\n",
  );
}

/** For programs, and as most chats take it: `text` is what they show. */
export function jsonOf({ at, ...message }: Message): string {
  const text = `${subjectOf({ at, ...message })}\n${message.reason}`;
  return JSON.stringify({ text, ...message, at: new Date(at).toISOString() });
}
