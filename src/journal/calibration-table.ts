import type { Calibration } from "../calibration.ts";
import type { Database, Statement } from "./database.ts";
import { parsed } from "./parsed.ts";

interface Row {
  readonly id: string;
  readonly thing: string;
  readonly at: number;
  readonly clock_trusted: number;
  readonly who: string;
  readonly from_address: string | null;
  /** JSON: all the rest. */
  readonly body: string;
}

/** Of each Thing the latest are kept, and of all. Age takes none: results refer to them. */
const maxOfThing = 200;
const maxOfAll = 10_000;

/** 1 for what a twin has; what is damaged is nobody's. */
const isSimulated = "CASE WHEN json_valid(body) THEN coalesce(json_extract(body, '$.simulated'), 0) END";

/** Calibrations in a database; written within a transaction of the caller. */
export class CalibrationTable {
  readonly #put: Statement;
  readonly #prune: Statement;
  readonly #pruneAll: Statement;
  readonly #latest: Statement<Row>;
  readonly #page: Statement<Row>;

  constructor(database: Database) {
    this.#put = database.prepare(
      "INSERT OR IGNORE INTO calibrations (id, thing, at, clock_trusted, who, from_address, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    this.#prune = database.prepare(
      "DELETE FROM calibrations WHERE thing = ? AND seq <= (SELECT seq FROM calibrations WHERE thing = ? ORDER BY seq DESC LIMIT 1 OFFSET ?)",
    );
    this.#pruneAll = database.prepare(
      "DELETE FROM calibrations WHERE seq <= (SELECT seq FROM calibrations ORDER BY seq DESC LIMIT 1 OFFSET ?)",
    );
    this.#latest = database.prepare(
      `SELECT * FROM calibrations WHERE seq IN (SELECT max(seq) FROM calibrations WHERE ${isSimulated} = ? GROUP BY thing) ORDER BY seq`,
    );
    this.#page = database.prepare("SELECT * FROM calibrations WHERE thing = ? ORDER BY seq DESC LIMIT ?");
  }

  write(all: Iterable<Calibration>): void {
    for (const { id, thing, at, clockTrusted, by, from = null, ...body } of all) {
      this.#put.run(id, thing, at, Number(clockTrusted), by, from, JSON.stringify(body));
      this.#prune.run(thing, thing, maxOfThing);
      this.#pruneAll.run(maxOfAll);
    }
  }

  /** The latest of each Thing; of twins, or of real devices. */
  latest(simulated: boolean): readonly Calibration[] {
    return this.#latest.all(Number(simulated)).flatMap(read);
  }

  /** Newest first. */
  page(thing: string, limit: number): readonly Calibration[] {
    return this.#page.all(thing, limit).flatMap(read);
  }
}

/** What is damaged is left out. */
function read({ id, thing, at, clock_trusted, who, from_address, body }: Row): readonly Calibration[] {
  const rest = parsed<Pick<Calibration, "points" | "fit">>(body);
  if (!rest) return [];
  const from = from_address === null ? {} : { from: from_address };
  return [{ id, thing, at, clockTrusted: clock_trusted === 1, by: who, ...from, ...rest }];
}
