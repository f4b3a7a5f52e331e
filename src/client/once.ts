import type { Answer, Connection } from "./connection.ts";
import { RefusedError, UnreachableError } from "./errors.ts";
import { isSameStart, noteStart } from "./starts.ts";
import { pause, waitAfter, within } from "./waiting.ts";

interface Request {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** `Idempotency-Key`; a new one unless given. */
  readonly key?: string | undefined;
  /** Gives up waiting: what was sent may be done all the same. */
  readonly signal?: AbortSignal | undefined;
  /** From then on nothing is begun any more: it is only found out whether it was. */
  readonly unwanted?: AbortSignal | undefined;
}

/** A gateway answers at once; its disk may need 10 s. */
const attemptMs = 20_000;
/** What nobody has answered is asked for again for so long: later, it might surprise who stands there. */
const repeatMs = 30_000;

/**
 * Ask for something that is to be done once. Where the answer is lost it is asked for again, under the same key, so the
 * gateway tells what became of the first; not of one that was started anew, as that may have forgotten. Throws
 * `RefusedError`; `UnreachableError` when no answer came: then nobody knows whether it was done.
 */
export async function once(connection: Connection, request: Request): Promise<Answer> {
  const { clock } = connection;
  const { method, path, body, key = newKey(), signal, unwanted } = request;
  const until = clock.now() + repeatMs;
  noteStart(connection);
  for (let failures = 1; ; failures++) {
    const unlessBegun = unwanted?.aborted ? neverHeld : {};
    const headers = { ...request.headers, ...unlessBegun, "idempotency-key": `"${key}"` };
    try {
      if (failures > 1 && !(await within(clock, attemptMs, signal, (limit) => isSameStart(connection, limit))))
        throw new RestartedError(`${method} ${path} (key ${key})`);
      return await within(clock, attemptMs, signal, (limit) =>
        connection.request(method, path, { body, headers, signal: limit }),
      );
    } catch (error) {
      if (error instanceof RestartedError) throw error;
      if (unwanted?.aborted && isNotBegun(error)) throw unwanted.reason;
      if (error instanceof RefusedError ? tells(error, failures > 1) : !(error instanceof UnreachableError))
        throw error;
      if (clock.now() >= until) {
        const said = `no answer came to ${method} ${path} (key ${key}): nobody knows whether that was done`;
        throw new UnreachableError(said, { cause: error });
      }
    }
    // To be told that it is not wanted is a reason to ask at once; that it was not wanted before is none.
    await pause(clock, waitAfter(failures, 500, 5000), signal, ...(unwanted?.aborted ? [] : [unwanted]));
  }
}

/**
 * Whether a refusal says that nothing was done. What only stands in between knows nothing of that. A gateway looks for a
 * key before all else, but for who asks, whether he may, and whether he asks too often: of what was `lost` before, such a
 * refusal says nothing.
 */
export function tells({ status, code }: Pick<RefusedError, "status" | "code">, lost: boolean): boolean {
  if (!lost) return code !== null || (status !== 502 && status !== 504);
  return status === 422 || (code !== null && ![401, 403, 404, 408, 429].includes(status));
}

class RestartedError extends UnreachableError {
  constructor(what: string) {
    super(`no answer came to ${what}, and the gateway was started anew: nobody knows whether that was done before`);
  }
}

/**
 * Under a lease that there never was nothing is begun, but keys are looked up before leases: what was begun under this key
 * is told.
 */
const neverHeld = { "lease-number": "0" };
const isNotBegun = (error: unknown) => error instanceof RefusedError && error.code === "BENCHD_LEASE_LOST";

/** A random UUID. Browsers have `randomUUID` for pages from secure places only, and a bench may be none. */
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte, i) => (i === 6 ? (byte & 0x0f) | 0x40 : i === 8 ? (byte & 0x3f) | 0x80 : byte));
  const text = hex.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
