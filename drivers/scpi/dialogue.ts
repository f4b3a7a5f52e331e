import { DeviceFaultError, DeviceResetError, log, MalformedReplyError, OperatedLocallyError } from "benchd/driver";

interface Line {
  request(message: string, options?: { readonly timeoutMs?: number }): Promise<string>;
  send(message: string): Promise<void>;
  exclusive<T>(work: () => Promise<T>): Promise<T>;
}

export interface Habits {
  /** What asks for the oldest error; undefined for an instrument that has no such queue. */
  readonly errorQuery: string | undefined;
  /** What brings the instrument to where it obeys, after switching on and after somebody has used its keys. */
  readonly onOpen: readonly string[];
  /** Codes that say that somebody has taken the instrument back to its keys. */
  readonly localErrors?: readonly number[];
}

interface Fault {
  readonly code: number;
  readonly text: string;
}

/** More than any queue holds. */
const maxErrors = 100;
/** Bits of the standard event register, which forgets them when it is read: switched on, and *OPC has come to its end (488.2, 11.5.1.1). */
const poweredOn = 128;
const operationComplete = 1;
const queueOverflow = -350;
/** Errors of the dialogue itself, such as -410, a query interrupted by a stop: nobody's command has failed. */
const isQueryError = (code: number) => code <= -400 && code > -500;

export type Dialogue = ReturnType<typeof dialogue>;

/**
 * Speak with an instrument that answers questions and nothing else. Whether a command was obeyed only its error queue
 * tells, so a command and the questions about it are one transaction: nobody's error is taken for another's.
 */
export function dialogue(line: Line, { errorQuery, onOpen, localErrors = [] }: Habits) {
  const query = (text: string, timeoutMs?: number) => line.request(text, timeoutMs === undefined ? {} : { timeoutMs });

  /** Take all errors out of the queue; the oldest first. */
  async function errors(): Promise<readonly Fault[]> {
    const found: Fault[] = [];
    if (errorQuery === undefined) return found;
    while (found.length < maxErrors) {
      const reply = await query(errorQuery);
      const [, code, text = ""] = /^\s*([+-]?\d+)\s*(?:,(.*))?$/.exec(reply) ?? [];
      if (code === undefined) throw new MalformedReplyError(`the instrument answers ${errorQuery} with ${reply}`);
      if (Number(code) === 0) return found;
      found.push({ code: Number(code), text: text.trim() });
    }
    throw new DeviceFaultError("the error queue of the instrument never becomes empty: switch it off and on");
  }

  /** What was in the queue before is nobody's: told, and gone. */
  async function clear(): Promise<void> {
    const stale = await errors();
    const serious = stale.filter(({ code }) => !isQueryError(code));
    if (serious.length > 0) log.warning(`errors of earlier questions or of its keys: ${shown(serious)}`);
    else if (stale.length > 0) log.debug(`questions that were broken off: ${shown(stale)}`);
  }

  async function begin(): Promise<void> {
    for (const text of onOpen) await line.send(text);
    await clear();
  }

  /** What has happened since the last look. It forgets what it was told when its power goes: nothing else tells of that. */
  async function happened(): Promise<number> {
    const reply = await query("*ESR?");
    const register = Number(reply);
    if (!Number.isInteger(register)) throw new MalformedReplyError(`the instrument answers *ESR? with ${reply}`);
    if ((register & poweredOn) === 0) return register;
    await begin();
    throw new DeviceResetError(
      "the instrument was switched off and on: it has forgotten its settings; write them again",
    );
  }

  return {
    query,

    /** As after switching on: what was queued, and that it was switched on, is of no interest. */
    open: () =>
      line.exclusive(async () => {
        await query("*ESR?");
        await begin();
      }),

    /** Throws when it has been switched off and on since it was last asked. */
    checkPower: () => line.exclusive(happened),

    /** Whether what *OPC was sent after has come to its end. */
    isComplete: () => line.exclusive(async () => ((await happened()) & operationComplete) !== 0),

    /** Tell it something, perhaps in several commands; throws unless it obeys. */
    command: (...texts: readonly string[]): Promise<void> =>
      line.exclusive(async () => {
        await happened();
        await clear();
        for (const text of texts) await line.send(text);
        const found = await errors();
        if (found.length === 0) return;
        const what = texts.join(" ; ");
        if (found.some(({ code }) => localErrors.includes(code))) {
          await begin();
          throw new OperatedLocallyError(
            `someone has taken the instrument to its keys: ${what} was refused; ask again`,
          );
        }
        const more = found.some(({ code }) => code === queueOverflow) ? "; more were lost, as its queue is full" : "";
        throw new DeviceFaultError(`the instrument refuses ${what}: ${shown(found)}${more}`);
      }),

    /** What it has refused of what was sent without asking; questions that this has broken off are no refusal. */
    refusals: () =>
      line.exclusive(async () => {
        const found = (await errors()).filter(({ code }) => !isQueryError(code));
        return found.length > 0 ? shown(found) : undefined;
      }),
  };
}

const shown = (faults: readonly Fault[]) => faults.map(({ code, text }) => `${code} ${text}`.trim()).join(", ");
