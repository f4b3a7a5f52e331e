import type { Clock } from "../clock.ts";
import type { LineSettings, OpenByteStream } from "../transport/byte-stream.ts";
import { memoryLink } from "../transport/memory-stream.ts";
import { CommandLog } from "./command-log.ts";

/** What a device answers: the text of the reply, or nothing. */
export type Answer = (...groups: string[]) => string | undefined;

/** A sentence of the manual's grammar and what the device does on it; the pattern must match the whole command. */
export type Rule = readonly [pattern: RegExp, answer: Answer];

export interface SerialDevice {
  readonly clock: Clock;
  /** The device's own pace; a gateway that opens the port at another one is not understood. */
  readonly baudRate: number;
  /** What ends a command on the wire, such as `"\r"`. */
  readonly commandEnd: string;
  /** How a reply looks on the wire. */
  frame(reply: string): string;
  /** The first rule that matches answers; without one the device stays silent. */
  readonly rules: readonly Rule[];
  /** What the device makes of the raw command before it looks at it; undefined: it is for somebody else. */
  prepare?(raw: string): string | undefined;
  /** How long the device thinks before it answers; milliseconds, 5 unless told. */
  readonly replyMs?: number;
  /**
   * Take a byte out of what comes before it is a part of any command, as a device with real-time commands does. Whether
   * it was one.
   */
  immediate?(byte: number): boolean;
  /** The port was opened; a board that DTR resets starts anew. */
  opened?(): void;
  /** The power has come back: everything volatile is as after switching on. */
  poweredUp?(): void;
  /** The power is gone: whatever moves stops. */
  poweredDown?(): void;
}

/** What can go wrong between the gateway and the device, and what a test may see of their dialogue. */
export type SerialTwin = {
  readonly open: OpenByteStream;
  /** The last 1000 commands, oldest first, as the device understood them. */
  readonly commands: readonly string[];
  /** Resolves with the next command that is `pattern`, or matches it. */
  received(pattern: string | RegExp): Promise<string>;
  /** Send something unasked, or the answer to a command that took its time. */
  say(reply: string): void;
  /** Answer otherwise than by the rules, until what this returns is called. */
  override(pattern: RegExp, answer: string | Answer | undefined): () => void;
  /** Do what is asked, but swallow the next replies; all until `heal` unless told. */
  silence(replies?: number): void;
  /** Send the next replies with every bit turned; one unless told. */
  garble(replies?: number): void;
  /** Answer the next replies later than usual; one unless told. */
  delay(ms: number, replies?: number): void;
  /** Hand every byte over on its own from now on. */
  oneByteChunks(): void;
  /** Stop taking bytes, as flow control does. */
  block(): void;
  unplug(): void;
  plug(): void;
  powerOff(): void;
  powerOn(): void;
  powerCycle(): void;
  /** End every fault and override; plug in and switch on. */
  heal(): void;
};

/** A command that does not end within this many bytes is thrown away. */
const maxCommand = 256;

/**
 * A serial device below the codec: bytes in, bytes out, in the time the wire and the device take. It keeps its state
 * over a reopened port; only the power takes it.
 *
 * @example simulateSerial({ clock, baudRate: 9600, commandEnd: "\r", frame: (text) => `${text}\r`, rules: [[/T\?/, () => "20.1"]] });
 */
export function simulateSerial(device: SerialDevice): SerialTwin {
  const { clock, rules, replyMs = 5 } = device;
  const link = memoryLink(clock);
  const log = new CommandLog();
  const overrides: Rule[] = [];
  const faults = { silent: 0, garbled: 0, delayed: 0, delayMs: 0, bytewise: false };
  let powered = true;
  /** Counts power losses: what a device was about to say is lost with its power. */
  let life = 0;
  let input = "";
  let understood = true;
  let answersFrom = 0;

  const send = (text: string) => {
    if (!powered) return;
    const garbled = faults.garbled > 0 || !understood;
    if (faults.garbled > 0) faults.garbled--;
    const bytes = Buffer.from(text, "latin1").map((byte) => (garbled ? byte ^ 0xff : byte));
    if (!faults.bytewise) link.device.send(bytes);
    else for (const byte of bytes) link.device.send(Uint8Array.of(byte));
  };

  const swallowed = () => faults.silent > 0 && faults.silent-- > 0;
  const answer = (reply: string) => {
    if (swallowed()) return;
    const late = faults.delayed > 0 ? faults.delayMs : 0;
    if (faults.delayed > 0) faults.delayed--;
    // One processor: the answer to a command waits for the answers before it.
    answersFrom = Math.max(answersFrom, clock.now()) + replyMs + late;
    const born = life;
    clock.after(answersFrom - clock.now(), () => born === life && send(device.frame(reply)));
  };

  const execute = (raw: string) => {
    const command = device.prepare ? device.prepare(raw) : raw;
    if (command === undefined) return;
    for (const [pattern, reaction] of [...overrides, ...rules]) {
      const match = pattern.exec(command);
      if (match?.[0] !== command) continue;
      log.add(command);
      const reply = reaction(...match.slice(1).map((group) => group ?? ""));
      if (reply !== undefined) answer(reply);
      return;
    }
    log.add(command);
  };

  link.device.onOpen((settings: LineSettings) => {
    understood = settings.baudRate === device.baudRate;
    if (powered) device.opened?.();
  });
  link.device.onReceive((bytes) => {
    if (!powered || !understood) return;
    const rest = device.immediate ? bytes.filter((byte) => !device.immediate?.(byte)) : bytes;
    input += Buffer.from(rest).toString("latin1");
    for (let end = input.indexOf(device.commandEnd); end >= 0; end = input.indexOf(device.commandEnd)) {
      const raw = input.slice(0, end);
      input = input.slice(end + device.commandEnd.length);
      execute(raw);
    }
    if (input.length > maxCommand) input = "";
  });

  const twin: SerialTwin = {
    open: link.open,
    commands: log.commands,
    received: (pattern) => log.next(pattern),
    say(reply) {
      if (!swallowed()) send(device.frame(reply));
    },
    override(pattern, reply) {
      const rule: Rule = [pattern, typeof reply === "function" ? reply : () => reply];
      overrides.unshift(rule);
      return () => void (overrides.includes(rule) && overrides.splice(overrides.indexOf(rule), 1));
    },
    silence: (replies = Number.POSITIVE_INFINITY) => {
      faults.silent = replies;
    },
    garble: (replies = 1) => {
      faults.garbled = replies;
    },
    delay: (ms, replies = 1) => Object.assign(faults, { delayMs: ms, delayed: replies }),
    oneByteChunks: () => {
      faults.bytewise = true;
    },
    block: () => link.device.pause(),
    unplug: () => link.device.unplug(),
    plug: () => link.device.plug(),
    powerOff() {
      if (!powered) return;
      powered = false;
      life++;
      input = "";
      device.poweredDown?.();
    },
    powerOn() {
      if (powered) return;
      powered = true;
      device.poweredUp?.();
    },
    powerCycle() {
      twin.powerOff();
      twin.powerOn();
    },
    heal() {
      Object.assign(faults, { silent: 0, garbled: 0, delayed: 0, bytewise: false });
      overrides.length = 0;
      link.device.resume();
      link.device.plug();
      twin.powerOn();
    },
  };
  return twin;
}
