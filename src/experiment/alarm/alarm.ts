import { randomUUID } from "node:crypto";
import type { AlarmConfig } from "./alarm-config.ts";

/** How an alarm is since it has changed last; wall clock, milliseconds. */
export interface AlarmState {
  readonly raised: boolean;
  readonly at: number;
  readonly clockTrusted: boolean;
  /** Why it is raised, or what it is over by. */
  readonly reason: string;
  /** How often it has changed, over restarts. */
  readonly changes: number;
  /** Of this change. */
  readonly id: string;
}

/** One alarm: how it is, and what each of those who are to be told of it knows. */
export class Alarm {
  readonly name: string;
  readonly config: AlarmConfig;
  /** Undefined as long as it was never raised. */
  state: AlarmState | undefined;
  /** Why nobody can tell how what it watches is now; undefined when somebody can. */
  unknown: string | undefined;
  /** By notifier: how many of its changes are told, or given up. */
  readonly told = new Map<string, number>();

  constructor(config: AlarmConfig) {
    this.name = config.name;
    this.config = config;
  }

  get title(): string {
    const { title, watched } = this.config;
    if (title !== undefined) return title;
    if (watched.kind === "lost") return `${watched.thing} is lost`;
    if (watched.kind === "runFailed") return `${watched.procedure ?? "A run"} has failed`;
    const { thing, property, comparison, value } = watched.condition;
    return `${thing}.${property} ${comparison} ${value}`;
  }

  /** The Things that it watches. */
  get things(): readonly string[] {
    const { watched } = this.config;
    if (watched.kind === "condition") return [watched.condition.thing];
    return watched.kind === "lost" ? [watched.thing] : [];
  }

  get raised(): boolean {
    return this.state?.raised ?? false;
  }

  change(raised: boolean, reason: string, clockTrusted: boolean): AlarmState {
    const changes = (this.state?.changes ?? 0) + 1;
    this.state = { raised, at: Date.now(), clockTrusted, reason, changes, id: randomUUID() };
    return this.state;
  }

  /** How many of its changes a notifier has not been told of. */
  untold(notifier: string): number {
    return (this.state?.changes ?? 0) - (this.told.get(notifier) ?? 0);
  }

  /** For the next start. */
  toJson(): object {
    const told = this.config.notify.map((name) => [name, this.told.get(name) ?? 0] as const);
    return { ...this.state, told: Object.fromEntries(told) };
  }

  /** As it was written by `toJson`; what does not look so is left out. */
  takeUp(written: unknown): void {
    if (!isState(written)) return;
    const { raised, at, clockTrusted, reason, changes, id, told } = written;
    this.state = { raised, at, clockTrusted, reason, changes, id };
    for (const name of this.config.notify) {
      const count = told[name];
      // A notifier that is new is not told of what has been before it.
      this.told.set(name, typeof count === "number" ? count : changes);
    }
  }
}

type Written = AlarmState & { readonly told: Readonly<Record<string, unknown>> };

function isState(written: unknown): written is Written {
  if (typeof written !== "object" || written === null) return false;
  const { raised, at, clockTrusted, reason, changes, id, told } = written as Partial<Written>;
  return (
    [raised, clockTrusted].every((one) => typeof one === "boolean") &&
    [at, changes].every((one) => Number.isSafeInteger(one)) &&
    [reason, id].every((one) => typeof one === "string") &&
    typeof told === "object" &&
    told !== null
  );
}
