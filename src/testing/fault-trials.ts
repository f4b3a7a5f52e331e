import type { Placed, TestBench } from "./open-bench.ts";

/** How a driver is tried with faults: everything is optional, and tells what the definition and the twin do not. */
export interface FaultTrials<P extends Readonly<Record<string, Placed>>> {
  /** The action in whose middle things go wrong; the first of `inputs` unless told, or the first there is. */
  readonly action?: string;
  /** What that is called with, such as a longer way; that of `inputs` unless told. */
  readonly input?: unknown;
  /** When that is in its middle; ms after its request, 500 unless told. */
  readonly midwayMs?: number;
  /** What has really been delivered so far, by the simulated bench; held against the invocation's ledger. */
  readonly delivered?: {
    /** The ledger's unit. */
    readonly unit: string;
    /** How much that is now, in `unit`. */
    amount(bench: TestBench<P>): number;
    /** How far the ledger may be off. */
    readonly within: number;
  };
  /** The keys of its devices that interfere with the action, as `thing.key`: it then fails as operated locally. */
  readonly interfering?: readonly string[];
  /** Raise an alarm that a reply carries, whoever asked: the action fails by it. */
  alarm?(bench: TestBench<P>): void;
  /** What goes wrong with the substance and not on the wire, by name: the action fails by it. */
  readonly mishaps?: Readonly<Record<string, (bench: TestBench<P>) => void>>;
  /** Properties that are not the same when they are read again, as those that reading another one changes. */
  readonly unsteady?: readonly string[];
  /** Properties to which each edge of an input counts: a storm of them changes what they tell. */
  readonly counting?: readonly string[];
  /** Bring an output to what is not safe; by the property that drives it, true or false, unless told. */
  raise?(bench: TestBench<P>, output: string): Promise<unknown>;
  /** What every single write to its line looks like, byte for byte; printable ASCII and an end of line unless told. */
  readonly wire?: RegExp;
  /** Faults that cannot show on this driver although its wires and keys suggest it, by number, and why. */
  readonly exempt?: Readonly<Record<string, string>>;
}
