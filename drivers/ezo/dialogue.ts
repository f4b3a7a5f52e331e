import { DeviceFaultError, lines, log, MalformedReplyError, Type, WrongDeviceError } from "benchd/driver";

/** The codes that end an answer, and the one that says that the command has only woken the circuit. */
const ends = /^\*(OK|ER|WA)$/i;
/** Readings take up to 0.9 s, calibrations somewhat longer; data sheet, "Sending commands to device". */
const replyTimeoutMs = 2000;

export const rates = [300, 1200, 2400, 9600, 19_200, 38_400, 57_600, 115_200] as const;

/** What every EZO circuit's `config` has. */
export const BaudRate = Type.Enum([...rates], {
  default: 9600,
  description: "As the circuit is set; 9600 from the factory",
});

/** How the line of an EZO circuit in UART mode is set up; data sheet, "UART mode" and "Response codes". */
export const lineOf = (baudRate: number) => ({
  baudRate,
  codec: lines("\r"),
  replyTimeoutMs,
  // It has forgotten the temperature compensation, and may send readings unasked: it is opened anew.
  banner: { matches: (message: string) => /^\*R[SE]$/i.test(message) },
  unsolicited: {
    matches: (message: string) => /^\*(OV|UV|SL)$/i.test(message),
    receive(message: string) {
      log.warning(warnings[message.toUpperCase()] ?? message);
      return undefined;
    },
  },
  // Asking who it is changes nothing; if it sleeps, the first attempt wakes it.
  resync: {
    quietMs: 200,
    probe: "i",
    accepts: (reply: string) => /^\?i,/i.test(reply),
    checks: [{ ask: "Status", accepts: (reply: string) => /^\?Status,/i.test(reply) }],
    // After a power cut it may send a reading each second, until it is told otherwise.
    spontaneous: (message: string) => /^-?\d/.test(message),
  },
});

const warnings: Readonly<Record<string, string>> = {
  "*OV": "the supply of the circuit is above 5.5 V: lower it before the circuit is damaged",
  "*UV": "the supply of the circuit is below 3.1 V: its readings cannot be trusted",
  "*SL": "the circuit has gone to sleep; the next command wakes it",
};

interface Line {
  collect(message: string, last: (reply: string) => boolean): Promise<readonly string[]>;
}

export type Ezo = Awaited<ReturnType<typeof openEzo>>;

/**
 * Speak with an EZO circuit. Each answer is lines of data, if any, and the code that ends it; the case of letters means
 * nothing. Ends continuous mode first: what it still says unasked is told from an answer by its place or its name.
 */
export async function openEzo(line: Line) {
  /** What a command is answered, without the code. */
  async function command(text: string): Promise<readonly string[]> {
    for (let attempt = 0; attempt < 2; attempt++) {
      const replies = await line.collect(text, (reply) => ends.test(reply));
      const code = replies.at(-1)?.toUpperCase();
      if (code === "*OK") return replies.slice(0, -1);
      if (code === "*ER")
        throw new DeviceFaultError(`the circuit refuses ${text}: it does not know it, or not with this value`);
    }
    throw new DeviceFaultError("the circuit falls asleep as soon as it is woken: check its supply");
  }

  /** The fields of what `NAME,?` tells, which is `?NAME,field,field`; of `O`, by its data sheet, `?,O,field`. */
  async function ask(name: string, text = `${name},?`): Promise<readonly string[]> {
    const data = await command(text);
    const shape = new RegExp(`^\\?,?${name},(.*)$`, "i");
    const told = data.flatMap((each) => shape.exec(each)?.[1] ?? []).at(-1);
    if (told === undefined)
      throw new MalformedReplyError(`the circuit answers ${text} with ${data.join(" ") || "nothing"}`);
    return told.split(",");
  }

  async function askNumber(name: string): Promise<number> {
    const [value] = await ask(name);
    return numberOf(value, name);
  }

  // Codes first: without them nothing tells where an answer ends.
  await command("*OK,1");
  await command("C,0");

  return {
    command,
    ask,
    askNumber,

    /** One reading; of several values, the first. A reading sent unasked comes before it. */
    async reading(): Promise<number> {
      const data = await command("R");
      return numberOf(data.at(-1)?.split(",")[0], "R");
    },

    /** Set what is not set so already, and believe only what is read back. */
    async ensure(name: string, wanted: string): Promise<void> {
      const shows = async () => (await ask(name)).join().toUpperCase();
      if ((await shows()) === wanted.toUpperCase()) return;
      await command(`${name},${wanted}`);
      const after = await shows();
      if (after !== wanted.toUpperCase())
        throw new DeviceFaultError(`the circuit shows ${after} for ${name} after it was set to ${wanted}`);
    },

    async identify(wanted: string) {
      const [type = "", firmware = ""] = await ask("i", "i");
      if (type.toUpperCase() !== wanted.toUpperCase())
        throw new WrongDeviceError(
          `an EZO ${wanted} circuit is expected, but an EZO ${type} circuit answers: connect the right one, then reset it (DELETE /{thing}/quarantine)`,
        );
      return { model: `EZO-${wanted}`, firmware };
    },
  };
}

function numberOf(text: string | undefined, command: string): number {
  const value = Number(text);
  if (!text || !Number.isFinite(value)) throw new MalformedReplyError(`the circuit answers ${command} with ${text}`);
  return value;
}
