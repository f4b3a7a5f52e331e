import {
  DeviceFaultError,
  DeviceResetError,
  defineThing,
  lines,
  log,
  MalformedReplyError,
  OperatedLocallyError,
  sleep,
  Type,
  WrongDeviceError,
} from "benchd/driver";

const Grams = Type.Number({ unit: "g" });
/** Readings of a weight that is waited for; ms. */
const pollMs = 200;
/** T and Z themselves wait for a stable weight, the balance gives up after some ten seconds; manual 3. */
const settleTimeoutMs = 15_000;

const refusals: Readonly<Record<string, string>> = {
  I: "it is busy with something else, or the weight does not settle",
  L: "it cannot do that with these values",
  "+": "too much is on the pan: take something off",
  "-": "the pan is missing, or pulled up",
};

/**
 * Mettler Toledo balance with MT-SICS, levels 0 and 1, at 9600 baud: reference manual 11780711, chapters 2 and 3.
 * Weights in g, whatever the display shows is refused. It drives nothing, so every state is safe; waiting for a stable
 * weight ends on a cancel. Not tested on hardware.
 */
export default defineThing({
  title: "Balance",
  description: "Mettler Toledo, MT-SICS",
  config: Type.Object({}),
  properties: {
    weight: {
      title: "Net weight on the pan",
      schema: Type.Object({ value: Grams, stable: Type.Boolean() }),
      readOnly: true,
      observable: true,
    },
  },
  actions: {
    weigh: {
      title: "Wait for a stable weight",
      output: Type.Object({ value: Grams }),
      timeoutMs: 60_000,
    },
    tare: { title: "Tare, once the weight is stable", timeoutMs: 60_000 },
    zero: { title: "Set zero with an empty pan, once it is stable", timeoutMs: 60_000 },
  },

  async open({ serial }) {
    /** The tare that readings rely on, in g; undefined until we have set one. */
    let tare: number | undefined;
    /** Whether the balance has restarted since, and so forgotten it. */
    let forgotten = false;
    let identifying = false;

    const line = await serial.open({
      baudRate: 9600,
      codec: lines("\r\n"),
      // Unasked, I4 is what it says after switching on; manual 3, I4.
      unsolicited: {
        matches: (message) => !identifying && message.startsWith("I4 "),
        receive() {
          forgotten = tare !== undefined;
          if (forgotten) log.warning("the balance has been switched on again, and has lost its tare");
        },
      },
      // Never @, which clears the tare. I4 is taken already: it would not be told from a restart.
      resync: {
        quietMs: 200,
        probe: "I2",
        accepts: (reply) => reply.startsWith("I2 "),
        checks: [{ ask: "I3", accepts: (reply) => reply.startsWith("I3 ") }],
      },
    });

    /** Whoever presses PRINT puts a line in between: only what answers the command counts. */
    async function ask(command: string, answers: (reply: string) => boolean, timeoutMs?: number): Promise<string[]> {
      const replies = await line.collect(command, answers, timeoutMs === undefined ? {} : { timeoutMs });
      const [, status = "", ...rest] = replies.at(-1)?.split(/ +/) ?? [];
      if (!status) throw new MalformedReplyError(`the balance answers ${command} with ${replies.at(-1)}`);
      if (status in refusals) throw new DeviceFaultError(`the balance refuses ${command}: ${refusals[status]}`);
      return [status, ...rest];
    }

    async function weight() {
      const [status = "", value, unit] = await ask("SI", answerTo.S);
      return { value: grams(value, unit), stable: status === "S" };
    }

    async function shownTare(): Promise<number> {
      const [, value, unit] = await ask("TA", answerTo.TA);
      return grams(value, unit);
    }

    /** That the zero of our readings is still the one we have set, or found. */
    async function checkTare(known = tare) {
      if (forgotten) throw new DeviceResetError("the balance was switched on again and has lost its tare: tare it");
      if (known === undefined) return;
      const now = await shownTare();
      if (Math.abs(now - known) > 1e-6)
        throw new OperatedLocallyError(`someone has tared or zeroed the balance: its tare is ${now} g, was ${known} g`);
    }

    /** Without holding the wire, as S would. */
    async function stableWeight(): Promise<number> {
      for (;;) {
        const { value, stable } = await weight();
        if (stable) return value;
        await sleep(pollMs);
      }
    }

    return {
      read: {
        async weight() {
          await checkTare();
          return weight();
        },
      },
      invoke: {
        async weigh() {
          const known = tare ?? (await shownTare());
          const value = await stableWeight();
          await checkTare(known);
          return { value };
        },
        async tare() {
          await stableWeight();
          const [status, value, unit] = await ask("T", answerTo.T, settleTimeoutMs);
          if (status !== "S") throw new MalformedReplyError(`the balance answers T with ${status}`);
          tare = grams(value, unit);
          forgotten = false;
        },
        async zero() {
          await stableWeight();
          await ask("Z", answerTo.Z, settleTimeoutMs);
          tare = 0;
          forgotten = false;
        },
      },
      async identify() {
        identifying = true;
        try {
          const model = quoted(await ask("I2", answerTo.I2));
          return {
            model,
            serialNumber: quoted(await ask("I4", answerTo.I4)),
            firmware: quoted(await ask("I3", answerTo.I3)),
          };
        } finally {
          identifying = false;
        }
      },
    };
  },
});

/** An answer begins with its command, SI answering as S does; ES, EL and ET refuse any. */
const answers = (name: string) => (reply: string) => {
  if (reply === "ES" || reply === "EL" || reply === "ET")
    throw new DeviceFaultError(`the balance does not understand ${name}: ${reply}`);
  return reply.startsWith(`${name} `);
};
const answerTo = {
  S: answers("S"),
  T: answers("T"),
  TA: answers("TA"),
  Z: answers("Z"),
  I2: answers("I2"),
  I3: answers("I3"),
  I4: answers("I4"),
};

/** A weight, refused in any other unit than grams: the unit key changes what the numbers mean. */
function grams(value: string | undefined, unit: string | undefined): number {
  if (!value || !unit || !/^-?\d+(\.\d+)?$/.test(value))
    throw new MalformedReplyError(`the balance tells a weight as ${value} ${unit}`);
  if (unit !== "g")
    throw new OperatedLocallyError(`the balance shows ${unit}: someone has changed its unit; set it to g`);
  return Number(value);
}

function quoted(words: readonly string[]): string {
  const [, text] = /"(.*)"/.exec(words.join(" ")) ?? [];
  if (text === undefined)
    throw new WrongDeviceError(
      `a balance is expected, but ${words.join(" ")} answers: connect the right one, then reset it (DELETE /{thing}/quarantine)`,
    );
  return text;
}
