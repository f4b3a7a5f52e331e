import { type Codec, DeviceTimeoutError, lines, packets, sleep } from "benchd/driver";
import type { Watch } from "./watch.ts";

/** How the pump is spoken to: in packets that prove themselves, fed or else stopping; or in bare lines. */
export type Mode = "safe" | "basic";

/** Manual 10.2.2 and 10.2.3. */
const codecs: Readonly<Record<Mode, Codec<string>>> = {
  basic: lines({ send: "\r", start: "\x02", receive: "\x03" }),
  safe: packets({ start: "\x02", end: "\x03", lengthAdds: 4, check: "crc16-xmodem" }),
};
const otherOf = { basic: "safe", safe: "basic" } as const;

/** What ends a part of a message that leaves as it does in the other mode. */
const otherwise = "\x1b";

export function codecOf(mode: Mode): Codec<string> {
  const own = codecs[mode];
  const other = codecs[otherOf[mode]];
  return {
    decoder: (sink, clock) => own.decoder(sink, clock),
    encode(message) {
      const parts = message.split(otherwise);
      const last = parts.pop() ?? "";
      if (parts.length === 0) return own.encode(last);
      return Buffer.concat(
        [...parts, ...(last && [last])].map((part, at) => (at < parts.length ? other : own).encode(part)),
      );
    },
  };
}

/**
 * Who are you? Asked so that a pump in Basic mode enters Safe mode and answers there: one that was put in the place of
 * another, while nobody knew what that might still answer.
 */
export function probeOf(mode: Mode, address: string, seconds: number): string {
  const entering = mode === "safe" ? ["", address, `${address}SAF${seconds}`].map((part) => part + otherwise) : [];
  return `${entering.join("")}${address}VER`;
}

interface Line {
  send(message: string): Promise<void>;
  exclusive(work: () => Promise<void>): Promise<void>;
}

/** No answer takes longer; ms. */
const answerMs = 500;
const lookMs = 10;
/** Behind an answer: what else the pump says unasked; ms. */
const quietMs = 150;

/**
 * Have the pump speak in that mode, whichever it is in: in the one mode it does not heed what is said in the other. An
 * alarm is acknowledged on the way, as whatever is told while it stands is not done.
 */
export function agree(line: Line, mode: Mode, address: string, watch: Watch, seconds: number): Promise<void> {
  return talkPast(line, watch, async () => {
    if (await answers(line, address, watch)) return;
    const command = mode === "safe" ? `SAF${seconds}` : "SAF0";
    // What a pump in Basic mode has heard of the packet is the beginning of a line.
    if (mode === "safe") await line.send(otherwise);
    for (const text of ["", command]) {
      await line.send(address + text + otherwise);
      await sleep(quietMs);
    }
    // Check bytes may be digits: at two addresses SAF0 would lead a pump that is in Basic mode, yet silent, into Safe
    // mode when its line ends here. It is found there the next time.
    if (mode === "basic") await line.send("");
    await sleep(quietMs);
    if (await answers(line, address, watch)) return;
    throw new DeviceTimeoutError(
      `no pump answers at address ${address}, in Safe mode or Basic: check its power, cable, address and baud rate`,
    );
  });
}

/** Whether it answers in the mode of the line. */
async function answers(line: Line, address: string, watch: Watch): Promise<boolean> {
  watch.answered = undefined;
  await line.send(address);
  for (let waitedMs = 0; waitedMs < answerMs && !watch.answered; waitedMs += lookMs) await sleep(lookMs);
  if (watch.answered === "alarm") await sleep(quietMs);
  return watch.answered !== undefined;
}

/** Back to Basic mode: an orderly end, after which the pump misses nobody. */
export function part(line: Line, address: string, watch: Watch): Promise<void> {
  return talkPast(line, watch, async () => {
    await line.send(`${address}SAF0`);
    await sleep(quietMs);
  });
}

/** The wire is ours, and nobody else hears what comes meanwhile. */
function talkPast(line: Line, watch: Watch, talk: () => Promise<void>): Promise<void> {
  return line.exclusive(async () => {
    watch.beDeaf(true);
    try {
      await talk();
    } finally {
      watch.beDeaf(false);
    }
  });
}
