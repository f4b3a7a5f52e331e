import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { Type } from "typebox";
import { onTestFinished } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { DisconnectedError } from "../../src/errors.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import type { ActionAffordance } from "../../src/thing/affordance.ts";
import { defineThing } from "../../src/thing/define.ts";

const temporary = () => {
  const folder = mkdtempSync(join(tmpdir(), "benchd-lives-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
};

export interface Life {
  /** When its action may begin. */
  readonly window?: Pick<ActionAffordance, "restartWithinMs" | "startWithinMs">;
  /** The device is not there. */
  readonly absent?: boolean;
}

/** One process after the other on the same history, each ended by a kill or as planned. */
export class Lives {
  /** Every run that has begun, by what it was given: what the device has seen. */
  readonly ran: number[] = [];
  folder = temporary();
  #life = 0;

  async start({ window = { restartWithinMs: 60_000 }, absent = false }: Life = {}) {
    const life = ++this.#life;
    const begin = async ({ n }: { readonly n: number }) => {
      // What a killed process does afterwards it does not do.
      if (life === this.#life) this.ran.push(n);
      await sleep(1000);
    };
    const input = Type.Object({ n: Type.Integer() });
    const definition = defineThing({
      title: "Mixer",
      config: Type.Object({}),
      actions: {
        stir: { title: "Stir, also after a restart", input, ...window },
        plain: { title: "Stir, and not after a restart", input },
      },
      async open() {
        if (absent) throw new DisconnectedError("the cable is out");
        return { invoke: { stir: begin, plain: begin } };
      },
    });
    const bench = await openBench({ mixer: { definition } }, { stateDirectory: this.folder });
    onTestFinished(() => bench.close());
    // What is queued again may start once the disk has it, and what asks for the disk after it is answered after it.
    const done = { status: 200, value: null };
    await bench.gateway.keys.answer(
      { id: String(life), body: "" },
      async () => done,
      () => done,
    );
    const ask = (action: "stir" | "plain", n: number, leases: readonly number[] = [], startWithinMs?: number) =>
      bench.thing("mixer").invoke(action, { n }, { requestedBy: "ada", leases, startWithinMs });
    const find = async (id: string) => {
      const found = await bench.gateway.invocations.find(id, "history");
      return found && { ...told(found), log: found.log.entries().map(({ message }) => message) };
    };
    return { ...bench, ask, find };
  }

  /** What is on the disk is all that is left. */
  kill(): void {
    this.#life++;
    const next = temporary();
    cpSync(this.folder, next, { recursive: true });
    this.folder = next;
  }

  put(file: string, value: unknown): void {
    writeFileSync(join(this.folder, file), JSON.stringify(value));
  }

  /** Change the history while nobody has it open. */
  alter(sql: string): void {
    const database = new Sqlite(join(this.folder, "history.db"));
    database.exec(sql);
    database.close();
  }
}

const told = ({
  id,
  seq,
  requestedAt,
  status,
  reason,
  outcome,
}: {
  readonly id: string;
  readonly seq: number;
  readonly requestedAt: number;
  readonly status: string;
  readonly reason: string | undefined;
  readonly outcome: string | undefined;
}) => ({ id, seq, requestedAt, status, reason, outcome });
