import type { Mistake } from "../../experiment-errors.ts";
import { cut } from "../../readable.ts";
import type { ActionAffordance, PropertyAffordance, Table } from "../../thing/affordance.ts";
import { Contract } from "../../thing/contract.ts";
import type { AnyThing } from "../../thing/define.ts";
import type { TSchema } from "../../typebox.ts";
import { meant, placed } from "./mistakes.ts";
import type { Place, Procedure, Step } from "./procedure.ts";
import { targetPart } from "./read-target.ts";

/** What a procedure is held against: the Things of a bench, by name. */
export type Bench = ReadonlyMap<string, { readonly definition: AnyThing }>;

/** What steps have given, by name: the schemas it may fit, none of them for what may be anything. */
export type Outputs = Map<string, readonly (TSchema | undefined)[]>;

/** More would be mended one after another anyway. */
const maxMistakes = 50;
const maxMessage = 500;

interface Found extends Mistake {
  readonly place: Place;
}

/** What holds for a whole procedure while it is held against a bench. */
export class Checking {
  readonly bench: Bench;
  readonly #file: string;
  readonly #found: Found[] = [];
  readonly #contracts = new Map<string, Contract>();

  constructor({ file }: Procedure, bench: Bench) {
    this.#file = file;
    this.bench = bench;
  }

  /** In the order of the document. */
  get mistakes(): readonly Mistake[] {
    return this.#found
      .toSorted((a, b) => a.place.line - b.place.line || a.place.column - b.place.column)
      .map(({ at, step, message }) => ({ at, step, message }));
  }

  /** Nobody reads more. */
  get full(): boolean {
    return this.#found.length >= maxMistakes;
  }

  /** At a part of a step: what `parts` calls it, or the nearest thing around that. */
  note(step: Pick<Step, "path" | "place" | "parts">, part: string, message: string): void {
    if (this.full) return;
    const place = nearest(step, part);
    this.#found.push({ place, at: placed(this.#file, place), step: step.path, message: cut(message, maxMessage) });
  }

  /** The contract of a Thing that a step names; undefined when there is none, which is noted. */
  contract(step: Step, thing: string, part = targetPart): Contract | undefined {
    const known = this.#contracts.get(thing);
    if (known) return known;
    const found = this.bench.get(thing);
    if (!found) {
      const names = [...this.bench.keys()];
      const hint = meant(thing, names) || (names.length > 0 ? `: there are ${names.join(", ")}` : "");
      this.note(step, part, `there is no Thing "${thing}"${hint}`);
      return undefined;
    }
    const contract = new Contract(found.definition);
    this.#contracts.set(thing, contract);
    return contract;
  }

  /** A property that a step names; undefined when there is none, which is noted. */
  property(step: Step, thing: string, name: string, part = targetPart): PropertyAffordance | undefined {
    const contract = this.contract(step, thing, part);
    if (!contract) return undefined;
    const { properties, actions } = contract;
    if (Object.hasOwn(properties, name)) return properties[name];
    const instead = Object.hasOwn(actions, name) ? `${name} is an action: say  invoke: ${thing}.${name}` : undefined;
    this.note(step, part, instead ?? `${thing} has no property "${name}"${among(name, properties)}`);
    return undefined;
  }

  /** An action that a step names; undefined when there is none, which is noted. */
  action(step: Step, thing: string, name: string): ActionAffordance | undefined {
    const contract = this.contract(step, thing);
    if (!contract) return undefined;
    const { properties, actions } = contract;
    if (Object.hasOwn(actions, name)) return actions[name];
    const message =
      name === "stop"
        ? "stop is for people, and ends what they do not wait for: what a step has begun is stopped when the step ends"
        : Object.hasOwn(properties, name)
          ? `${name} is a property: say  set: ${thing}.${name}, or wait until it is something`
          : `${thing} has no action "${name}"${among(name, actions)}`;
    this.note(step, targetPart, message);
    return undefined;
  }
}

function nearest({ place, parts = {} }: Pick<Step, "place" | "parts">, part: string): Place {
  for (let at = part; ; at = at.slice(0, at.lastIndexOf("/"))) {
    if (Object.hasOwn(parts, at)) return parts[at]?.place ?? place;
    if (!at.includes("/")) return (parts[""] ?? parts[targetPart])?.place ?? place;
  }
}

function among(name: string, table: Table<unknown>): string {
  const names = Object.keys(table);
  return meant(name, names) || (names.length > 0 ? `: it has ${names.join(", ")}` : ": it has none");
}
