import type { ModemInputs, OpenByteStream } from "../transport/byte-stream.ts";
import type { Faults } from "./fault.ts";
import type { Answer } from "./serial-device.ts";

/** Why the system does not let a port be opened. */
export type OpenRefusal = "EACCES" | "EBUSY" | "EIO";

/**
 * What can go wrong between the gateway and the device, and what a test may see of their dialogue. Where a verb counts
 * replies or commands, it ends by itself.
 */
export type SerialTwin = {
  /** The far end of the serial port: for `Twin.open`. */
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
  /** Keep the next replies back until the next command has come, and send them before its own; one unless told. */
  lag(replies?: number): void;
  /** Do not do the next commands, and say so in the device's own words; all until `heal` unless told. */
  busy(commands?: number): void;
  /** Hand every byte over on its own from now on. */
  oneByteChunks(): void;
  /** Hand over in one piece what is said within `ms`, as adapters with a latency timer do; 16 unless told. */
  joinChunks(ms?: number): void;
  /** Send back what comes, before it is obeyed. */
  echo(): void;
  /** End lines otherwise than the manual says; replies that do not end in CR or LF stay as they are. */
  endLines(end: string): void;
  /** Send bytes that are no message, at the pace of the line and without end. */
  flood(): void;
  /** The device runs at that pace from now on. */
  setBaudRate(baudRate: number): void;
  /** Stop taking bytes, as flow control does. */
  block(): void;
  /** Say something by the lines beside the data; all are up unless told. */
  setLines(inputs: Partial<ModemInputs>): void;
  /** Pull the cable: an open port is lost, and none can be opened, until `plug`. */
  unplug(): void;
  /** Put it back. */
  plug(): void;
  /** Another device hangs at the port: it says who it is, and keeps its hands off what the real one does. */
  swap(): void;
  /** Let the system refuse to open the port from now on; one that is open stays so. */
  refuseOpening(why: OpenRefusal): void;
  /** Switch the device off: its port stays, it is silent, and forgets what it does not keep. */
  powerOff(): void;
  /** Switch it on again, as it is after its start. */
  powerOn(): void;
  /** Off and on at once: what a reset does. */
  powerCycle(): void;
  /** End every fault and override; plug in and switch on. */
  heal(): void;
  /** All of these as a table. */
  readonly lineFaults: Faults;
};
