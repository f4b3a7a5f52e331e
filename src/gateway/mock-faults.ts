import { type Asker, named } from "../asker.ts";
import type { LogLevel } from "../context.ts";
import { NotFoundError } from "../errors.ts";
import type { Audit } from "../journal/audit.ts";
import { FaultBoard, type FaultState } from "../twin/fault-board.ts";
import type { Twin } from "../twin/twin.ts";

interface Parts {
  /** The names of the Things, whether or not they have a twin. */
  readonly things: { has(name: string): boolean };
  /** The twin that stands for a Thing now. */
  twin(thing: string): Twin | undefined;
  readonly audit: Audit;
  log(thing: string, level: LogLevel, message: string): void;
}

/** What can go wrong with the simulated devices of a mock bench, and goes wrong. Every change is logged, and stands in the audit trail. */
export class MockFaults {
  readonly #parts: Parts;
  readonly #boards = new WeakMap<Twin, FaultBoard>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Whether there is such a fault of such a Thing. */
  has(thing: string, fault: string): boolean {
    return this.#parts.things.has(thing) && Object.hasOwn(this.list(thing), fault);
  }

  /** By name; a Thing without a twin has none. Throws `NotFoundError`, as do all that take a name. */
  list(thing: string): Readonly<Record<string, FaultState>> {
    return this.#board(thing).list();
  }

  /** Throws `InputError` for parameters that do not fit. */
  apply(thing: string, fault: string, input: unknown, by: Asker): FaultState {
    const state = this.#board(thing).apply(fault, input);
    const told = `${fault}: ${state.title}${state.active ? ` ${JSON.stringify(state.active)}` : ""}`;
    this.#tell(thing, by, "mock_fault.applied", told);
    return state;
  }

  end(thing: string, fault: string, by: Asker): FaultState {
    const board = this.#board(thing);
    if (board.end(fault)) this.#tell(thing, by, "mock_fault.ended", fault);
    return board.state(fault);
  }

  endAll(thing: string, by: Asker): Readonly<Record<string, FaultState>> {
    const board = this.#board(thing);
    board.endAll();
    this.#tell(thing, by, "mock_fault.ended", "all");
    return board.list();
  }

  #tell(thing: string, by: Asker, what: string, detail: string): void {
    const { audit, log } = this.#parts;
    audit.note({ by, what, thing, detail });
    log(thing, "warning", `${what} by ${named(by).name}: ${detail}`);
  }

  #board(thing: string): FaultBoard {
    const twin = this.#parts.twin(thing);
    if (twin) {
      const board = this.#boards.get(twin) ?? new FaultBoard(twin);
      this.#boards.set(twin, board);
      return board;
    }
    if (this.#parts.things.has(thing)) return new FaultBoard({});
    throw new NotFoundError(`there is no Thing ${thing}`);
  }
}
