import type { Static, TSchema } from "../typebox.ts";

/** What a Thing offers, as types: such as `benchd types` writes them. */
export interface Contract {
  readonly properties: object;
  readonly actions: object;
}

/** A Thing of which nothing is known before it is asked. */
export interface AnyContract {
  readonly properties: Readonly<Record<string, { readonly value: unknown }>>;
  readonly actions: Readonly<Record<string, { readonly input?: unknown; readonly output: unknown }>>;
}

/** The bytes of an output: fetch them with `bench.blob()`. As an input it stands for these bytes. */
export interface BlobLink {
  readonly href: string;
  readonly media_type: string;
  readonly size?: number;
}

/** What `T` says that a Thing offers: a contract, or the type of a driver's definition (`typeof syringePump`). */
export type ContractOf<T> =
  T extends Definition<infer P, infer A>
    ? { readonly properties: PropertiesOf<P>; readonly actions: ActionsOf<A> }
    : T extends Contract
      ? T
      : AnyContract;

/** What is looked at of a driver's definition. */
interface Definition<P, A> {
  readonly properties?: P;
  readonly actions?: A;
  open(context: never): unknown;
}

type SchemaOf<P> = P extends { readonly schema: infer S extends TSchema } ? Told<Static<S>> : unknown;

type PropertiesOf<P> = {
  readonly [K in keyof P]: P[K] extends { readonly readOnly: true }
    ? { readonly value: SchemaOf<P[K]>; readonly readOnly: true }
    : { readonly value: SchemaOf<P[K]> };
};

/** The gateway adds `stop` where a driver can. */
type ActionsOf<A> = {
  readonly [K in keyof A]: (A[K] extends { readonly input: infer I extends TSchema }
    ? { readonly input: Told<Static<I>> }
    : Record<never, never>) &
    (A[K] extends { readonly output: infer O extends TSchema }
      ? { readonly output: Told<Static<O>> }
      : { readonly output: null });
} & { readonly stop: { readonly output: null } };

/** As a driver has a blob. */
interface DriversBlob {
  readonly mediaType: string;
  bytes(): Promise<Uint8Array>;
}

/** What stands for it in JSON. */
type Told<T> = T extends DriversBlob
  ? BlobLink
  : T extends readonly (infer One)[]
    ? number extends T["length"]
      ? Told<One>[]
      : { [K in keyof T]: Told<T[K]> }
    : T extends object
      ? { [K in keyof T]: Told<T[K]> }
      : T;

type Properties<C> = ContractOf<C>["properties"];
type Actions<C> = ContractOf<C>["actions"];

export type PropertyName<C> = keyof Properties<C> & string;
export type ValueOf<C, N extends PropertyName<C>> = Properties<C>[N] extends { readonly value: infer V } ? V : unknown;
export type WritableName<C> = {
  [N in PropertyName<C>]: Properties<C>[N] extends { readonly readOnly: true } ? never : N;
}[PropertyName<C>];

export type ActionName<C> = keyof Actions<C> & string;
export type OutputOf<C, N extends ActionName<C>> = Actions<C>[N] extends { readonly output: infer O } ? O : null;

/** What stands behind the name of an action: its input, where it takes one, and options. */
export type Arguments<C, N extends ActionName<C>, Options> = Actions<C>[N] extends { readonly input: infer I }
  ? Record<never, never> extends I
    ? [input?: I, options?: Options]
    : [input: I, options?: Options]
  : string extends ActionName<C>
    ? [input?: unknown, options?: Options]
    : [input?: undefined, options?: Options];
