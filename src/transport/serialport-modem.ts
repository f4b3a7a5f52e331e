import { type BenchdError, ConfigError, DisconnectedError } from "../errors.ts";
import type { ModemInputs, ModemLines, ModemOutputs } from "./byte-stream.ts";

/** What of a serialport's port is needed for it. */
interface PortWithLines {
  readonly path: string;
  set(outputs: { dtr: boolean; rts: boolean; brk: boolean }, done: (error: Error | null) => void): void;
  get(done: (error: Error | null, inputs?: ModemInputs) => void): void;
}

/** The lines beside the data of a port that is open; both outputs are up, as the system opens it. */
export function serialPortModem(port: PortWithLines): ModemLines {
  let said = { dtr: true, rts: true, brk: false };
  let turn: Promise<void> = Promise.resolve();
  // One after the other: each call sets all lines, and the system's threads keep no order.
  const set = (wanted: Partial<typeof said>) => {
    const done = turn.then(async () => {
      const next = { ...said, ...wanted };
      await new Promise<void>((resolve, reject) =>
        port.set(next, (error) => (error ? reject(none(port.path, error)) : resolve())),
      );
      said = next;
    });
    turn = done.catch(() => {});
    return done;
  };
  return {
    read: () =>
      new Promise((resolve, reject) =>
        port.get((error, status) => {
          if (error || !status) reject(none(port.path, error));
          else resolve({ cts: status.cts, dsr: status.dsr, dcd: status.dcd });
        }),
      ),
    set: ({ dtr, rts }: ModemOutputs) => set({ ...(dtr !== undefined && { dtr }), ...(rts !== undefined && { rts }) }),
    setBreak: (held) => set({ brk: held }),
  };
}

const none = (path: string, cause: unknown): BenchdError =>
  cause instanceof Error && /Inappropriate ioctl|Invalid argument/.test(cause.message)
    ? new ConfigError(`${path} has no lines beside the data (DTR, RTS, CTS, break): use a port that has them`, {
        cause,
      })
    : new DisconnectedError(`the lines beside the data of ${path} do not answer: check its cable`, { cause });
