import { type Answer, type Clock, type Rule, simulateSerial } from "benchd/testing";

export interface Circuit {
  readonly clock: Clock;
  readonly type: "pH" | "EC" | "RTD";
  readonly firmware: string;
  /** What R answers. */
  reading(): string;
  /** What this circuit understands beyond what all do. */
  readonly rules: readonly Rule[];
  /** The power is gone: what is not kept is lost. */
  poweredDown(): void;
}

/** A reading takes this long, everything else that; ms. Data sheet, "Sending commands". */
const readingMs = 900;
const replyMs = 300;
const bootMs = 700;

/**
 * What all EZO circuits have in common in UART mode; data sheets of EZO-pH 5.9, EZO-EC 6.0 and EZO-RTD 3.6, chapters
 * "UART mode" to "Response codes". Not checked against a real circuit. Assumed: after power-up it sends readings each
 * second although `C,0` was set before (the data sheet lists the mode as kept); a command that wakes it is not obeyed;
 * *RS and *RE both come after power-up, at once; commands come in either case.
 */
export function ezoCircuit({ clock, type, firmware, reading, rules, poweredDown }: Circuit) {
  /** Seconds between readings sent unasked; 0 when there are none. Readings come from the factory each second. */
  let every = 1;
  let codes = true;
  let asleep = false;
  let booting = false;
  let restarted = "P";
  let timer: { cancel(): void } | undefined;

  const beat = () => {
    timer?.cancel();
    timer = undefined;
    if (every === 0 || asleep) return;
    timer = clock.after(every * 1000, () => {
      serial.say(reading());
      beat();
    });
  };
  const boot = (why: string) => {
    restarted = why;
    booting = true;
    asleep = false;
    every = 1;
    timer?.cancel();
    timer = clock.after(bootMs, () => {
      booting = false;
      serial.say("*RS\r*RE");
      beat();
    });
  };
  /** The data, and the code, each on a line; without codes perhaps nothing at all. */
  const done = (data?: string) => [...(data === undefined ? [] : [data]), ...(codes ? ["*OK"] : [])].join("\r");
  const coded =
    (answer: Answer): Answer =>
    (...groups) => {
      const data = answer(...groups);
      if (data === "*ER") return codes ? "*ER" : undefined;
      return done(data) || undefined;
    };

  const common: readonly Rule[] = [
    [/R/i, () => reading()],
    [
      /C,(\d\d?)/i,
      (seconds = "") => {
        every = Number(seconds);
        beat();
        return undefined;
      },
    ],
    [/C,\?/i, () => `?C,${every}`],
    [
      /\*OK,([01])/i,
      (on) => {
        codes = on === "1";
        return undefined;
      },
    ],
    [/\*OK,\?/i, () => `?*OK,${codes ? 1 : 0}`],
    [/i/i, () => `?i,${type},${firmware}`],
    [/Status/i, () => `?STATUS,${restarted},5.038`],
    [/L,[01]|Find/i, () => undefined],
  ];

  const serial = simulateSerial({
    clock,
    baudRate: 9600,
    commandEnd: "\r",
    frame: (reply) => `${reply}\r`,
    replyMs: (command) => (/^(R|Cal,[^?].*)$/i.test(command) ? readingMs : replyMs),
    prepare(raw) {
      if (booting) return undefined;
      if (!asleep) return raw.trim();
      asleep = false;
      serial.say("*WA");
      beat();
      return undefined;
    },
    rules: [
      ...[...common, ...rules].map(([pattern, answer]): Rule => [pattern, coded(answer)]),
      [
        /Sleep/i,
        () => {
          asleep = true;
          beat();
          return codes ? "*OK\r*SL" : "*SL";
        },
      ],
      [/.*/, () => (codes ? "*ER" : undefined)],
    ],
    refuse: () => (codes ? "*ER" : undefined),
    poweredDown() {
      timer?.cancel();
      poweredDown();
    },
    poweredUp: () => boot("P"),
  });
  beat();

  return {
    ...serial,
    close: () => timer?.cancel(),
    /** Whether it sends readings unasked. */
    get continuous() {
      return every > 0;
    },
    get asleep() {
      return asleep;
    },
    /** It resets itself, as after a brown-out. */
    reset() {
      poweredDown();
      boot("B");
    },
    /** Someone on another wire has put it to sleep. */
    fallAsleep() {
      asleep = true;
      beat();
    },
  };
}
