import type { Calibration } from "../calibration.ts";
import type { InvocationView } from "../context.ts";
import type { GpioTransport } from "../transport/gpio.ts";
import type { SerialTransport } from "../transport/serial.ts";
import type { Static, TSchema } from "../typebox.ts";
import type {
  ActionAffordance,
  EventAffordance,
  OutputContract,
  PropertyAffordance,
  StreamAffordance,
  Table,
} from "./affordance.ts";
import type { MayBeEmpty } from "./optional.ts";

type Awaitable<T> = T | Promise<T>;
type OutputOf<A> = A extends { readonly output: infer O extends TSchema } ? Static<O> : void;
type ActionHandler<A> = A extends { readonly input: infer I extends TSchema }
  ? (input: Static<I>, invocation: InvocationView) => Awaitable<OutputOf<A>>
  : (invocation: InvocationView) => Awaitable<OutputOf<A>>;
type WritableKeys<P> = { [K in keyof P]: P[K] extends { readonly readOnly: true } ? never : K }[keyof P];
/** A handler table is required exactly when it is known to have something to hold. */
type When<Name extends string, T> = keyof T extends never
  ? { readonly [N in Name]?: T }
  : string extends keyof T
    ? { readonly [N in Name]?: T }
    : { readonly [N in Name]: T };

/** Who answers at the other end of the wire. */
export interface Identity {
  readonly model: string;
  readonly serialNumber?: string;
  readonly firmware?: string;
}

/** The invocation that ended, on this Thing, before anyone knew what it had done. */
export interface LastInvocation {
  readonly id: string;
  readonly action: string;
  /** What it has delivered by the Thing's own account, as far as that goes. */
  readonly delivery: readonly Reconciled[];
}

/** An amount that the device's own counter has made certain. */
export interface Reconciled {
  readonly unit: string;
  readonly requested: number;
  readonly confirmed: number;
}

/** What an open Thing can be asked beyond its affordances. The gateway calls these, in this order when it opens. */
export interface Hooks {
  /** Ask the device who it is; throws `WrongDeviceError` if it is not what the driver is for. */
  identify?(): Awaitable<Identity>;
  /**
   * Stop what moves, now: published as the action `stop`, sent ahead of everything. Resolves when confirmed. As a part of
   * its `opening` nobody else talks to it, and there is nothing to break into.
   */
  stop?(occasion?: "opening"): Awaitable<void>;
  /** Bring every output to its safe value, but those in `kept`: they stay as they are, for now or for good. */
  safe?(kept: readonly string[]): Awaitable<void>;
  /** Turn what the last invocation left uncertain into what the device has counted, before anything clears that. */
  reconcile?(last: LastInvocation): Awaitable<readonly Reconciled[]>;
  /** Anything worth showing about the device: shown as the Thing's metadata. */
  state?(): Readonly<Record<string, unknown>>;
  /** Leave the device safe, but for the outputs in `kept`. What the context opened is closed afterwards. */
  close?(kept: readonly string[]): Awaitable<void>;
}

/** What `open` returns: how each property is read and written, each action done, each stream fed, and what is done at the end. */
export type Handlers<
  P extends Table<PropertyAffordance>,
  A extends Table<ActionAffordance>,
  S extends Table<StreamAffordance>,
> = When<"read", { readonly [K in keyof P]: () => Awaitable<Static<P[K]["schema"]>> }> &
  When<"write", { readonly [K in WritableKeys<P>]: (value: Static<P[K]["schema"]>) => Awaitable<void> }> &
  When<"invoke", { readonly [K in keyof A]: ActionHandler<A[K]> }> &
  When<"stream", { readonly [K in keyof S]: () => AsyncIterable<Uint8Array> }> &
  Hooks;

/** A Thing as another Thing sees it: same names, same types; each call is a step of the caller's invocation. */
export interface ThingHandle<P extends Table<PropertyAffordance>, A extends Table<ActionAffordance>> {
  readonly read: { readonly [K in keyof P]: () => Promise<Static<P[K]["schema"]>> };
  readonly write: { readonly [K in WritableKeys<P>]: (value: Static<P[K]["schema"]>) => Promise<void> };
  readonly invoke: {
    readonly [K in keyof A]: A[K] extends { readonly input: infer I extends TSchema }
      ? (input: Static<I>) => Promise<OutputOf<A[K]>>
      : () => Promise<OutputOf<A[K]>>;
  };
}

// biome-ignore lint/suspicious/noExplicitAny: the widest definition; a slot only ever narrows it
export type AnyThing = ThingDefinition<any, any, any, any, any, any>;
type HandleOf<D> =
  D extends ThingDefinition<infer _C, infer P, infer A, infer _E, infer _U, infer _S> ? ThingHandle<P, A> : never;
export type Slots<U extends Table<AnyThing>> = {
  readonly [K in keyof U]: U[K] extends MayBeEmpty ? HandleOf<U[K]> | undefined : HandleOf<U[K]>;
};

/**
 * Trip the emergency stop of the whole gateway: the first bytes leave before this returns. `reason` completes "tripped
 * because". While `pressed`, if it is given, says so, the stop cannot be cleared.
 */
export type TripEmergencyStop = (reason: string, pressed?: () => boolean) => void;

/** What `open` is given. All of it belongs to this opening and is closed with it. */
export interface OpenContext<
  Config,
  E extends Table<EventAffordance>,
  U extends Table<AnyThing>,
  P extends Table<PropertyAffordance> = Table<PropertyAffordance>,
> {
  /** What stands under `config` in its entry, checked. */
  readonly config: Config;
  /** The Things in its slots. */
  readonly things: Slots<U>;
  /** Its serial port, as the configuration names it. */
  readonly serial: SerialTransport;
  /** Its pins, by the names that the configuration gives them. */
  readonly gpio: GpioTransport;
  /**
   * For an output that is no pin, where no property drives it: tell its level each time before it is raised, and after
   * it was lowered. Throws an `OutputLimitError` when it may not be raised.
   */
  output(name: string): {
    /** The level it is about to have, in the unit of its property; `true` or `false` for what is on or off. */
    set(level: boolean | number): void;
  };
  /** Run work for as long as the Thing is open; its failure faults the Thing. */
  spawn(work: () => Promise<void>): void;
  /** Tell an event to those who listen. */
  emit<K extends keyof E & string>(event: K, data: Static<E[K]["data"]>): void;
  /** A property has another value now, without having been written: tell those who observe it. */
  changed<K extends keyof P & string>(property: K, value: Static<P[K]["schema"]>): void;
  /** The calibration that was found last, if there is one that has not been cleared: ask for it whenever it is needed. */
  calibration(): Calibration | undefined;
  /** For a driver that stands for a button; see `docs/safety.md`. */
  readonly emergencyStop: TripEmergencyStop;
}

/** What a driver exports: what its Thing offers, as data, and how that is done. Made by `defineThing`. */
export interface ThingDefinition<
  C extends TSchema = TSchema,
  P extends Table<PropertyAffordance> = Table<PropertyAffordance>,
  A extends Table<ActionAffordance> = Table<ActionAffordance>,
  E extends Table<EventAffordance> = Table<EventAffordance>,
  U extends Table<AnyThing> = Table<AnyThing>,
  S extends Table<StreamAffordance> = Table<StreamAffordance>,
> {
  readonly title: string;
  readonly description?: string;
  readonly config: C;
  readonly uses?: U;
  readonly outputs?: Table<OutputContract>;
  /** Which outputs the device itself makes safe when it hears nothing more, under that configuration: its dead-man. */
  deadMan?(config: Static<C>): readonly string[];
  /** When `stop` cannot be obeyed at once, in words: "firmware 0.x moves; moves are split into 0.5 s". Published. */
  readonly unstoppableWhile?: string;
  readonly properties?: P;
  readonly actions?: A;
  readonly events?: E;
  /** What it offers under a certain configuration, if that decides it: see `configured`. */
  configured?(config: Static<C>): AnyThing;
  /** Each handler gives frames until nobody watches any more; all who watch share them, and skip what is too fast. */
  readonly streams?: S;
  /** Connect to the device, see who it is, and return what reads, writes and acts. Called again after each loss; may reject. */
  open(context: OpenContext<Static<C>, E, U, P>): Promise<Handlers<P, A, S>>;
}

type None = Record<never, never>;

/**
 * Define a Thing: first, as plain data, what it offers; then `open`, which connects to the device and returns the
 * handlers. Everything in the handlers is inferred from the data.
 */
export function defineThing<
  C extends TSchema,
  const P extends Table<PropertyAffordance> = None,
  const A extends Table<ActionAffordance> = None,
  const E extends Table<EventAffordance> = None,
  const U extends Table<AnyThing> = None,
  const S extends Table<StreamAffordance> = None,
>(definition: ThingDefinition<C, P, A, E, U, S>): ThingDefinition<C, P, A, E, U, S> {
  return definition;
}
