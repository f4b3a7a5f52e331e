import type { LineSettings } from "../transport/byte-stream.ts";
import { memoryLink } from "../transport/memory-stream.ts";
import { refusal } from "../transport/port-refusal.ts";
import { CommandLog } from "./command-log.ts";
import { Hearing } from "./hearing.ts";
import { lineFaults } from "./line-faults.ts";
import type { Rule, SerialDevice } from "./serial-device.ts";
import type { OpenRefusal, SerialTwin } from "./serial-twin.ts";
import { Speech } from "./speech.ts";

/** The system's own words, from which a port tells why it does not open. */
const refusals: Readonly<Record<OpenRefusal, string>> = {
  EACCES: "Error: Permission denied, cannot open the simulated port",
  EBUSY: "Error: Device or resource busy, cannot open the simulated port",
  EIO: "Error: Input/output error, cannot open the simulated port",
};

const simulatedEvidence = { held: "by another program: heal the twin", group: "dialout" };

/** A device of another make. */
const anyStranger: readonly Rule[] = [[/[\s\S]*/, () => "ERROR"]];

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
  const speech = new Speech({
    clock,
    baudRate: device.baudRate,
    frame: (reply) => device.frame(reply),
    send: (bytes, chunkBytes) => link.device.send(bytes, chunkBytes),
  });
  const overrides: Rule[] = [];
  const faults = { echoes: false, swapped: false, refusing: 0, baudRate: device.baudRate };
  /** What another device would not understand is none of its business. */
  const hearing = new Hearing({
    clock,
    commandEnd: device.commandEnd,
    patienceMs: () => device.patienceMs?.() ?? Number.POSITIVE_INFINITY,
    ...(device.immediate && { immediate: (byte: number) => !faults.swapped && device.immediate?.(byte) === true }),
  });
  let powered = true;
  let openedAt: number | undefined;

  const listen = () => {
    speech.understood = openedAt === undefined || openedAt === faults.baudRate;
  };
  const grammar = (): readonly Rule[] => {
    if (!faults.swapped) return overrides.length > 0 ? [...overrides, ...rules] : rules;
    return device.stranger ? [...device.stranger, ...anyStranger] : anyStranger;
  };
  const react = (command: string): string | undefined => {
    for (const [pattern, reaction] of grammar()) {
      const match = pattern.exec(command);
      if (match?.[0] === command) return reaction(...match.slice(1).map((group) => group ?? ""));
    }
    return undefined;
  };
  const execute = (raw: string) => {
    const command = device.prepare ? device.prepare(raw) : raw;
    if (command === undefined) return;
    speech.release();
    log.add(command);
    const refused = faults.refusing > 0 ? device.refuse?.(command) : undefined;
    if (refused !== undefined) faults.refusing--;
    const reply = refused ?? react(command);
    if (reply !== undefined) speech.answer(reply, typeof replyMs === "number" ? replyMs : replyMs(command));
  };

  link.device.onOpen((settings: LineSettings) => {
    openedAt = settings.baudRate;
    listen();
    if (powered && !faults.swapped) device.opened?.();
  });
  link.device.onLines((lines) => powered && !faults.swapped && device.linesChanged?.(lines));
  link.device.onReceive((bytes) => {
    if (!powered || !speech.understood) return;
    if (faults.echoes) speech.raw(bytes);
    hearing.take(bytes, execute);
  });

  const twin: Omit<SerialTwin, "lineFaults"> = {
    open: link.open,
    commands: log.commands,
    received: (pattern) => log.next(pattern),
    say: (reply) => speech.say(reply),
    override(pattern, reply) {
      const rule: Rule = [pattern, typeof reply === "function" ? reply : () => reply];
      overrides.unshift(rule);
      return () => void (overrides.includes(rule) && overrides.splice(overrides.indexOf(rule), 1));
    },
    silence: (replies = Number.POSITIVE_INFINITY) => {
      speech.silent = replies;
    },
    garble: (replies = 1) => {
      speech.garbled = replies;
    },
    delay: (ms, replies = 1) => {
      speech.delayed = { ms, replies };
    },
    lag: (replies = 1) => {
      speech.lagging = replies;
    },
    busy: (commands = Number.POSITIVE_INFINITY) => {
      faults.refusing = commands;
    },
    oneByteChunks: () => {
      speech.bytewise = true;
    },
    joinChunks: (ms = 16) => {
      speech.joinMs = ms;
    },
    echo: () => {
      faults.echoes = true;
    },
    endLines: (end) => {
      speech.lineEnd = end;
    },
    flood: () => speech.setFlood(true),
    setBaudRate(baudRate) {
      faults.baudRate = baudRate;
      listen();
    },
    block: () => link.device.pause(),
    setLines: (inputs) => link.device.setLines(inputs),
    unplug: () => link.device.unplug(),
    plug: () => link.device.plug(),
    swap: () => {
      faults.swapped = true;
    },
    refuseOpening: (why) =>
      link.device.refuse(refusal("the simulated port", new Error(refusals[why]), simulatedEvidence)),
    powerOff() {
      if (!powered) return;
      powered = false;
      speech.power(false);
      hearing.forget();
      device.poweredDown?.();
    },
    powerOn() {
      if (powered) return;
      powered = true;
      speech.power(true);
      device.poweredUp?.();
    },
    powerCycle() {
      twin.powerOff();
      twin.powerOn();
    },
    heal() {
      // Nobody puts another device in its place without pulling the cable.
      if (faults.swapped) link.device.unplug();
      Object.assign(faults, { echoes: false, swapped: false, refusing: 0, baudRate: device.baudRate });
      overrides.length = 0;
      speech.heal();
      listen();
      link.device.refuse();
      link.device.resume();
      link.device.plug();
      twin.powerOn();
    },
  };
  return { ...twin, lineFaults: lineFaults({ twin, device, speech, faults, link: link.device }) };
}
