import fc from "fast-check";

/** What a handler does, one after the other. Times are small, so that much happens at the same moment. */
export type Deed =
  /** `ignore` waits as a driver does that knows nothing of cancelling; `hang` does so for ever. */
  | { readonly deed: "sleep" | "ignore"; readonly ms: number }
  | { readonly deed: "fail" | "crash" | "acknowledge" | "hang" }
  | { readonly deed: "shield" | "swallow" | "background" | "leave"; readonly deeds: readonly Deed[] }
  | ({ readonly deed: "call"; readonly awaited: boolean; readonly write: boolean } & Task);

export interface Task {
  readonly on: number;
  readonly reserves: readonly number[];
  readonly deeds: readonly Deed[];
  readonly timeoutMs: number | undefined;
  readonly cancelGraceMs: number;
}

export interface Request extends Task {
  readonly beside: boolean;
  readonly whenBusy: "queue" | "reject" | "replace";
  readonly startWithinMs: number | undefined;
}

/** What happens to the bench from outside. */
export type Event = { readonly at: number } & (
  | ({ readonly kind: "invoke" } & Request)
  | { readonly kind: "write"; readonly on: number; readonly deeds: readonly Deed[] }
  | { readonly kind: "cancel"; readonly which: number }
  | { readonly kind: "stop" | "lose"; readonly on: number }
  | { readonly kind: "emergency" | "clear" }
);

export const things = 3;
const on = fc.nat({ max: things - 1 });
const ms = fc.nat({ max: 12 });
const rarely = fc.option(fc.nat({ max: 30 }), { nil: undefined, freq: 1 });

const { deeds } = fc.letrec<{ deed: Deed; deeds: Deed[] }>((tie) => ({
  deeds: fc.array(tie("deed"), { maxLength: 3, size: "max" }),
  deed: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 6, arbitrary: fc.record({ deed: fc.constant("sleep" as const), ms }) },
    { weight: 2, arbitrary: fc.record({ deed: fc.constant("ignore" as const), ms }) },
    {
      weight: 2,
      arbitrary: fc.record({ deed: fc.constantFrom("fail", "crash", "acknowledge", "hang" as const) }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        deed: fc.constantFrom("shield", "swallow", "background", "leave" as const),
        deeds: tie("deeds"),
      }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        deed: fc.constant("call" as const),
        awaited: fc.boolean(),
        write: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
        on,
        reserves: fc.uniqueArray(on, { maxLength: 1 }),
        deeds: tie("deeds"),
        timeoutMs: rarely,
        cancelGraceMs: ms,
      }),
    },
  ),
}));

export const latest = 25;
const at = fc.nat({ max: latest });
export const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      at,
      kind: fc.constant("invoke" as const),
      beside: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
      whenBusy: fc.constantFrom("queue", "queue", "queue", "reject", "replace" as const),
      startWithinMs: rarely,
      on,
      reserves: fc.uniqueArray(on, { maxLength: 2 }),
      deeds,
      timeoutMs: rarely,
      cancelGraceMs: ms,
    }),
  },
  { weight: 2, arbitrary: fc.record({ at, kind: fc.constant("write" as const), on, deeds }) },
  { weight: 4, arbitrary: fc.record({ at, kind: fc.constant("cancel" as const), which: fc.nat({ max: 9 }) }) },
  { weight: 2, arbitrary: fc.record({ at, kind: fc.constantFrom("stop", "lose" as const), on }) },
  { weight: 1, arbitrary: fc.record({ at, kind: fc.constantFrom("emergency", "clear" as const) }) },
);
