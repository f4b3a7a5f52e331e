import type { Gateway } from "../../gateway/gateway.ts";
import type { InvocationFilter, Reach } from "../../invocation/journal.ts";
import type { InvocationRecord } from "../../invocation/record.ts";
import { seenRecord } from "./seen-record.ts";
import { seesRun } from "./seen-run.ts";
import type { Sight } from "./sight.ts";

type Invocations = Gateway["invocations"];

/** The invocations that exist for somebody: those of the Things that he may read. */
export const seenInvocations = ({ invocations }: Gateway, sight: Sight): Invocations =>
  sight.all ? invocations : new SeenInvocations(invocations, sight);

class SeenInvocations {
  readonly #all: Invocations;
  readonly #sight: Sight;

  constructor(all: Invocations, sight: Sight) {
    this.#all = all;
    this.#sight = sight;
  }

  async find(id: string, reach?: Reach): Promise<InvocationRecord | undefined> {
    const found = await this.#all.find(id, reach);
    if (!found || !(this.#sight.sees(found.thing) || seesRun(this.#sight, found))) return undefined;
    return seenRecord(found, this.#sight);
  }

  async list(filter: InvocationFilter, reach?: Reach): Promise<readonly InvocationRecord[]> {
    // Before they are counted: a page is full of what he may see.
    const found = await this.#all.list({ ...filter, things: this.#sight.names }, reach);
    return found.map((record) => seenRecord(record, this.#sight));
  }
}
