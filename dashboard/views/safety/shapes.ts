/** Of `/gateway/interlocks` what is shown here. */
export interface InterlockTold {
  readonly tripped: boolean;
  readonly at: string | null;
  readonly reason: string | null;
  readonly condition: "met" | "violated" | "unknown";
  readonly conditionReason: string | null;
  readonly thing: string;
  readonly property: string | null;
  readonly equals?: unknown;
  readonly value?: unknown;
  readonly on: string;
  /** By `thing.output`; whether it is there is told while it has tripped. */
  readonly outputs: Readonly<Record<string, OutputTold>>;
}

export interface OutputTold {
  readonly value: unknown;
  readonly confirmed?: boolean;
  readonly error?: string | null;
}

/** Of `/gateway/alarms` what is shown here. */
export interface AlarmTold {
  readonly title: string | null;
  readonly things: readonly string[];
  readonly raised: boolean;
  readonly since: string | null;
  readonly reason: string | null;
  /** Why nobody can tell; null when it can be told. */
  readonly unknown: string | null;
  readonly notify: Readonly<Record<string, { readonly owed: number | boolean; readonly error: string | null }>>;
}

/** An entry of `/gateway/audit`. */
export interface Noted {
  readonly seq: number;
  readonly at: string;
  readonly clockTrusted: boolean;
  readonly by: string;
  readonly from: string | null;
  readonly what: string;
  readonly thing: string | null;
  readonly detail: string | null;
  readonly times: number;
}
