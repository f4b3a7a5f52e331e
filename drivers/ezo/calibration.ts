import {
  type Calibration,
  type CalibrationPoint,
  calibrate,
  DeviceFaultError,
  log,
  type Quantities,
  shield,
} from "benchd/driver";
import type { Ezo } from "./dialogue.ts";

interface Parts {
  readonly ezo: Pick<Ezo, "command" | "askNumber">;
  /** The record that counts. */
  calibration(): Calibration | undefined;
  /** What the circuit tells of its electrode or probe, as far as it is calibrated at `points`. */
  fitOf?(points: readonly CalibrationPoint[]): Promise<Quantities>;
  /** How many the circuit counts of these; all of them unless told. */
  countOf?(points: readonly CalibrationPoint[]): number;
}

export interface Taking {
  /** What it is told: `Cal,mid,7.00`. */
  readonly command: string;
  readonly point: CalibrationPoint;
  /** Those of before that it keeps. */
  keeps(point: CalibrationPoint): boolean;
  /** Whether the circuit counts what it should after it. */
  plausible(after: number, before: number): boolean;
  /** Why what has come of it is not to be relied upon yet, or at all. */
  incomplete?(fit: Quantities, points: readonly CalibrationPoint[]): string | undefined;
}

/** What an EZO circuit is calibrated at, and the record of it: one is never without the other. */
export function book({ ezo, calibration, fitOf = async () => ({}), countOf = (points) => points.length }: Parts) {
  const count = () => ezo.askNumber("Cal");
  const known = () => calibration()?.points ?? [];

  return {
    count,

    /** Let it take a point, and record what it has then: as soon as it has it, whatever comes of the action. */
    take({ command, point, keeps, plausible, incomplete }: Taking): Promise<{ points: number; fit: Quantities }> {
      return shield(async () => {
        const before = await count();
        const points = [...known().filter(keeps), point];
        const doubt = (why: string) => calibrate({ points: known(), fit: {}, incomplete: why });
        try {
          await ezo.command(command);
        } catch (error) {
          // What it has refused it has not done.
          if (!(error instanceof DeviceFaultError))
            await doubt(`nobody knows whether the circuit has taken ${command}`);
          throw error;
        }
        const after = await count().catch(async (error: unknown) => {
          await doubt(`nobody knows what the circuit has made of ${command}`);
          throw error;
        });
        if (!plausible(after, before)) {
          await doubt(`the circuit counts ${after} points after ${command}`);
          throw new DeviceFaultError(`the circuit counts ${after} points after ${command}, and ${before} before`);
        }
        const found = await fitOf(points).catch((error: unknown) => {
          log.warning(`the circuit does not tell how good it is: ${error instanceof Error ? error.message : error}`);
          return {};
        });
        const why = incomplete?.(found, points);
        const listed = countOf(points);
        const strange =
          after === listed ? {} : { note: `the circuit counts ${after} points, of which ${listed} are known` };
        await calibrate({ points, fit: found, ...(why !== undefined && { incomplete: why }), ...strange });
        return { points: after, fit: found };
      });
    },

    /** Forget all points. */
    async clear(): Promise<void> {
      await shield(async () => {
        await ezo.command("Cal,clear");
        const left = await count();
        if (left > 0) throw new DeviceFaultError(`the circuit still counts ${left} points`);
        await calibrate({ points: [], fit: {}, note: "cleared" });
      });
    },

    /** Warn where the circuit has not what the record says: somebody has calibrated it elsewhere. */
    async check(): Promise<void> {
      const record = calibration();
      if (!record) return;
      const [points, listed] = [await count(), countOf(record.points)];
      if (points >= listed) return;
      const since = new Date(record.at).toISOString();
      log.warning(
        `the circuit counts ${points} points, and its calibration of ${since} has ${listed}: calibrate it again`,
      );
    },
  };
}
