import type { Rule } from "../rule.ts";

/** How a device is spoken with, as far as it matters to a line that is out of step. */
interface Manners {
  /** What it answers. */
  readonly asks: RegExp;
  /** What may be sent though an answer is outstanding: the question that proves the line in step, and stops. */
  readonly mayInterrupt: RegExp;
  /** While it is opened it is asked again whether or not it answers, as nobody knows how it is set. */
  readonly opensBlindly?: boolean;
  /** What asks who it is: one that was opened, and says nothing that would prove it in step, is left to that. */
  readonly identifies?: RegExp;
}

/** By Thing. A new serial Thing of the bench needs a line here. */
const manners: Readonly<Record<string, Manners>> = {
  tester: { asks: /\n/, mayInterrupt: /^ID\?|^!/ },
  pump: { asks: /^[^ -~\r]/, mayInterrupt: /VER|SAF|STP|^(00)?\r$/, opensBlindly: true },
  balance: { asks: /./s, mayInterrupt: /^I2\r\n$|^@/ },
  stage: { asks: /./s, mayInterrupt: /^dt\?|^stop/ },
  xy: { asks: /[\n?]/, mayInterrupt: /^[?!~]|^[^ -~\r\n]$/, identifies: /^\$I\n$/ },
  ph: { asks: /./s, mayInterrupt: /^i\r/ },
  probe: { asks: /./s, mayInterrupt: /^i\r/ },
  psu: { asks: /^[^"]*\?/, mayInterrupt: /^\*IDN\?|OUTP|SYST:REM/ },
  dmm: { asks: /^[^"]*\?/, mayInterrupt: /^\*IDN\?/ },
};

export const dirty: Rule = {
  number: "R4",
  holds: "to a line whose device owes an answer nothing is sent but what brings it back into step, and stops",
  watch(stand, broken) {
    /** What was asked last and has not been answered, by Thing. */
    const owed = new Map<string, string>();
    return {
      opened: (thing) => void owed.delete(thing),
      heard: (thing) => void owed.delete(thing),
      wrote(thing, bytes) {
        const text = Buffer.from(bytes).toString("latin1");
        const known = manners[thing];
        if (!known) return broken(`nobody knows how ${thing} is spoken with`);
        const isOpening = stand.thing(thing)?.state !== "ready";
        if (known.opensBlindly && isOpening) return;
        const isLeft = isOpening && known.identifies?.test(text);
        const before = owed.get(thing);
        if (before !== undefined && !isLeft && !known.mayInterrupt.test(text))
          broken(`${thing} owes an answer to ${JSON.stringify(before)} and is told ${JSON.stringify(text)}`);
        if (known.asks.test(text)) owed.set(thing, text);
      },
    };
  },
};
