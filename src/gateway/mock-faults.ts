import type { LogLevel } from "../context.ts";
import { NotFoundError } from "../errors.ts";
import { FaultBoard, type FaultState } from "../twin/fault-board.ts";
import type { Twin } from "../twin/twin.ts";

interface Parts {
  /** The names of the Things, whether or not they have a twin. */
  readonly things: { has(name: string): boolean };
  readonly twins: ReadonlyMap<string, Twin>;
  log(thing: string, level: LogLevel, message: string): void;
}

/** What can go wrong with the simulated devices of a mock bench, and goes wrong. Every change is logged. */
export class MockFaults {
  readonly #parts: Parts;
  readonly #boards: ReadonlyMap<string, FaultBoard>;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#boards = new Map([...parts.twins].map(([name, twin]) => [name, new FaultBoard(twin)]));
  }

  /** By name; a Thing without a twin has none. Throws `NotFoundError`, as do all that take a name. */
  list(thing: string): Readonly<Record<string, FaultState>> {
    return this.#board(thing).list();
  }

  /** Throws `InputError` for parameters that do not fit. */
  apply(thing: string, fault: string, input: unknown, by: string): FaultState {
    const state = this.#board(thing).apply(fault, input);
    const { log } = this.#parts;
    log(
      thing,
      "warning",
      `fault ${fault} by ${by}: ${state.title}${state.active ? ` ${JSON.stringify(state.active)}` : ""}`,
    );
    return state;
  }

  end(thing: string, fault: string, by: string): FaultState {
    const board = this.#board(thing);
    if (board.end(fault)) this.#parts.log(thing, "warning", `fault ${fault} ended by ${by}`);
    return board.state(fault);
  }

  endAll(thing: string, by: string): Readonly<Record<string, FaultState>> {
    const board = this.#board(thing);
    board.endAll();
    this.#parts.log(thing, "warning", `every fault ended by ${by}`);
    return board.list();
  }

  #board(thing: string): FaultBoard {
    const board = this.#boards.get(thing);
    if (board) return board;
    if (this.#parts.things.has(thing)) return new FaultBoard({});
    throw new NotFoundError(`there is no Thing ${thing}`);
  }
}
