/** What the gateway answers, as far as this page looks at it. */

export interface About {
  readonly version: string;
  readonly mock: boolean;
  readonly timeScale: number;
  /** Before the paths of Things and invocations. */
  readonly prefix: string;
  readonly startedAt: string;
  readonly now: string;
  readonly clock: { readonly trusted: boolean };
  readonly safeMode: string | null;
  /** No token is asked of anybody, wherever he comes from. */
  readonly openToAll: boolean;
  readonly you: {
    readonly name: string;
    readonly session: boolean;
    readonly grants: readonly { readonly scope: Scope; readonly things: readonly string[] | null }[];
  };
}

export type Scope = "read" | "operate" | "configure" | "admin";

export interface EmergencyStop {
  readonly stopped: boolean;
  readonly at: string | null;
  readonly by: string | null;
}

export interface Prompt {
  readonly id: string;
  readonly state: string;
  /** Of the run that asks; null for what is none. */
  readonly title: string | null;
  readonly message: string;
  readonly schema: Schema | null;
  readonly askedAt: string;
  readonly timeoutMs: number | null;
  readonly leftMs: number | null;
  readonly onTimeout: unknown;
  readonly thing: string;
  readonly action: string;
  readonly things: readonly string[];
  readonly invocation: { readonly id: string; readonly thing: string; readonly action: string };
}

export interface Lease {
  readonly leaseNumber: number;
  readonly things: readonly string[];
  readonly holder: string;
  readonly note: string | null;
  readonly until: string | null;
}

export interface Interlock {
  readonly tripped: boolean;
  readonly reason: string | null;
  readonly condition: "met" | "violated" | "unknown";
  /** Of what was read; while it has not tripped. */
  readonly conditionReason?: string | null;
  /** Those whose outputs it names, once an event has told. */
  readonly things?: readonly string[];
  readonly thing?: string;
  readonly property?: string;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

export interface Alarm {
  readonly raised: boolean;
  readonly since: string | null;
  readonly reason: string | null;
}

/** Of JSON Schema what Thing Descriptions, and parameters of procedures, have. */
export interface Schema {
  readonly type?: "number" | "integer" | "string" | "boolean" | "object" | "array" | "null";
  readonly title?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  /** The pattern in words. */
  readonly expects?: string;
  readonly format?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly propertyNames?: Schema;
  readonly items?: Schema | readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  /** The media type of what it leads to. */
  readonly "benchd:blob"?: string;
  readonly readOnly?: boolean;
  readonly writeOnly?: boolean;
}

export interface PropertyAffordance extends Schema {
  readonly observable?: boolean;
}

export interface ActionAffordance {
  readonly title?: string;
  readonly description?: string;
  readonly input?: Schema;
  readonly output?: Schema;
  readonly safe?: boolean;
  readonly idempotent?: boolean;
}

export interface ThingDescription {
  readonly title: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, PropertyAffordance>>;
  readonly actions?: Readonly<Record<string, ActionAffordance>>;
  readonly events?: Readonly<Record<string, { readonly title?: string; readonly data?: Schema }>>;
  readonly "benchd:streams"?: Readonly<Record<string, { readonly title?: string }>>;
}
