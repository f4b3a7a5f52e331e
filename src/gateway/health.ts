import type { Clock } from "../clock.ts";

/** One thing that has to hold, or the gateway is not to be trusted with its devices. */
export interface Probe {
  readonly name: string;
  /** Why it does not hold, in words; nothing while it does. Asked every few seconds, so it must be quick. */
  check(): string | undefined;
  /** What it measures, for whoever looks; units in the names. */
  figures?(): Readonly<Record<string, number>>;
  /** Whether starting benchd again would mend it, so that the watchdog is to see to that; it would, unless told. */
  readonly restartHelps?: boolean;
}

/** What a probe has said. */
export interface Finding {
  readonly name: string;
  /** Undefined while it holds. */
  readonly why: string | undefined;
  readonly failingForMs: number;
  readonly figures: Readonly<Record<string, number>>;
  readonly restartHelps: boolean;
}

export interface Verdict {
  /** False when something has not held for too long that another start would mend. */
  readonly trusted: boolean;
  readonly findings: readonly Finding[];
  /** What has not held for too long, in words. */
  readonly reason: string | undefined;
}

/** What does not hold may be about to: only after this time it counts. */
const patienceMs = 5000;

/** Whether the gateway does what it is there for, by probes and not by having a timer that fires. */
export class Health {
  readonly #clock: Clock;
  readonly #probes = new Map<Probe, number | undefined>();

  /** The process clock. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ask `probe` as well; returns how to stop that. */
  add(probe: Probe): () => void {
    this.#probes.set(probe, undefined);
    return () => void this.#probes.delete(probe);
  }

  look(): Verdict {
    const now = this.#clock.now();
    const findings = [...this.#probes].map(([probe, before]): Finding => {
      const why = asked(probe);
      const since = why === undefined ? undefined : (before ?? now);
      this.#probes.set(probe, since);
      const { name, restartHelps = true } = probe;
      return { name, why, failingForMs: now - (since ?? now), figures: probe.figures?.() ?? {}, restartHelps };
    });
    const grave = findings.filter(
      ({ why, failingForMs, restartHelps }) => why !== undefined && restartHelps && failingForMs >= patienceMs,
    );
    const reason = grave.map(({ name, why }) => `${name}: ${why}`).join("; ");
    return { trusted: grave.length === 0, findings, reason: reason || undefined };
  }
}

/** A probe that fails to tell has found something, too. */
function asked(probe: Probe): string | undefined {
  try {
    return probe.check();
  } catch (error) {
    return `it cannot be told: ${error instanceof Error ? error.message : error}`;
  }
}
