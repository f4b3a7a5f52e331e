import type { Clock } from "../clock.ts";
import { Type } from "../typebox.ts";
import { type Fault, type Faults, fault, type OngoingFault } from "./fault.ts";
import type { SerialDevice } from "./serial-device.ts";
import type { SerialTwin } from "./serial-twin.ts";
import type { Speech } from "./speech.ts";

/** What the table reaches into. */
export interface LineFaultParts {
  readonly twin: Omit<SerialTwin, "lineFaults">;
  readonly device: SerialDevice;
  readonly speech: Speech;
  readonly faults: { echoes: boolean; swapped: boolean; refusing: number };
  readonly link: { resume(): void; refuse(why?: Error): void };
}

const none = Type.Object({});
const Ms = Type.Number({ minimum: 0, maximum: 3_600_000, unit: "ms" });
const Some = Type.Optional(
  Type.Integer({ minimum: 1, maximum: 1_000_000, description: "All until it is ended, unless told" }),
);
const all = Number.POSITIVE_INFINITY;

/** What can go wrong on every serial line, and with every device at its end. */
export function lineFaults({ twin, device, speech, faults, link }: LineFaultParts): Faults {
  const { clock } = device;
  /** Something that is switched on until it is ended. */
  const lasting = (title: string, begin: () => void, end: () => void): Fault<typeof none> => ({
    title,
    input: none,
    apply() {
      begin();
      return { end };
    },
  });
  const counted = (title: string, begin: (count: number) => void, left: () => number) =>
    fault({
      title,
      input: Type.Object({ replies: Some }),
      apply({ replies = all }) {
        begin(replies);
        return { end: () => begin(0), over: () => left() === 0 };
      },
    });

  return {
    silence: counted("The device does what it is asked, but says nothing", twin.silence, () => speech.silent),
    garble: counted("Replies arrive with every bit turned", twin.garble, () => speech.garbled),
    lag: fault({
      title: "Replies arrive only after the next command",
      input: Type.Object({ replies: Some }),
      apply({ replies = all }) {
        twin.lag(replies);
        return {
          over: () => !speech.lags,
          end() {
            twin.lag(0);
            speech.release();
          },
        };
      },
    }),
    delay: fault({
      title: "Replies arrive late",
      input: Type.Object({ ms: Ms, replies: Some }),
      apply({ ms, replies = all }) {
        twin.delay(ms, replies);
        return { end: () => twin.delay(0, 0), over: () => speech.delayed.replies === 0 };
      },
    }),
    one_byte_chunks: lasting("Every byte arrives on its own", twin.oneByteChunks, () => {
      speech.bytewise = false;
    }),
    joined_chunks: fault({
      title: "What is said within that time arrives in one piece",
      input: Type.Object({ ms: Type.Optional(Ms) }),
      apply({ ms }) {
        twin.joinChunks(ms);
        return {
          end: () => {
            speech.joinMs = undefined;
          },
        };
      },
    }),
    echo: lasting("The device sends back what it is told", twin.echo, () => {
      faults.echoes = false;
    }),
    line_end: fault({
      title: "Lines of the device end otherwise",
      input: Type.Object({ end: Type.Enum(["cr", "lf", "crlf", "none"]) }),
      apply({ end }) {
        twin.endLines({ cr: "\r", lf: "\n", crlf: "\r\n", none: "" }[end]);
        return {
          end: () => {
            speech.lineEnd = undefined;
          },
        };
      },
    }),
    unasked: fault({
      title: "The device says something that nobody has asked for",
      input: Type.Object({ text: Type.String({ maxLength: 200 }) }),
      apply: ({ text }) => void twin.say(text),
    }),
    flood: lasting("Garbage without end of line, at the pace of the line", twin.flood, () => speech.setFlood(false)),
    wrong_baud: fault({
      title: "The device runs at another pace",
      input: Type.Object({ baudRate: Type.Integer({ minimum: 1, default: 1200 }) }),
      apply({ baudRate }) {
        twin.setBaudRate(baudRate);
        return { end: () => twin.setBaudRate(device.baudRate) };
      },
    }),
    blocked: lasting("The line takes no bytes, as by flow control", twin.block, link.resume),
    unplugged: lasting("The cable is pulled out", twin.unplug, twin.plug),
    replugged: fault({
      title: "The cable is pulled out, and put back after that time",
      input: Type.Object({ ms: Type.Optional(Ms) }),
      apply: ({ ms = 1000 }) => replugged(clock, twin, ms, () => {}),
    }),
    other_device: fault({
      title: "Another device is plugged in instead",
      input: Type.Object({ ms: Type.Optional(Ms) }),
      apply({ ms = 1000 }) {
        const swapped = replugged(clock, twin, ms, twin.swap);
        return {
          end() {
            swapped.end();
            // The right one is put back by hand, too.
            twin.unplug();
            faults.swapped = false;
            twin.plug();
          },
        };
      },
    }),
    refused_open: fault({
      title: "The system refuses to open the port",
      input: Type.Object({ why: Type.Enum(["EACCES", "EBUSY", "EIO"]) }),
      apply({ why }) {
        twin.refuseOpening(why);
        return { end: () => link.refuse() };
      },
    }),
    power_off: lasting("The device is without power, while its adapter stays plugged in", twin.powerOff, twin.powerOn),
    reset: fault({
      title: "The device starts anew, as after a short power loss",
      input: none,
      apply: () => void twin.powerCycle(),
    }),
    ...(device.refuse && {
      busy: fault({
        title: "The device refuses what it is told, in its own words",
        input: Type.Object({ commands: Some }),
        apply({ commands = all }) {
          twin.busy(commands);
          return { end: () => twin.busy(0), over: () => faults.refusing === 0 };
        },
      }),
    }),
  };
}

/** Pull the cable, do something meanwhile, and put it back. */
function replugged(
  clock: Clock,
  twin: LineFaultParts["twin"],
  ms: number,
  meanwhile: () => void,
): Required<OngoingFault> {
  let over = false;
  const put = () => {
    over = true;
    twin.plug();
  };
  twin.unplug();
  meanwhile();
  const timer = clock.after(ms, put);
  return {
    over: () => over,
    end() {
      timer.cancel();
      put();
    },
  };
}
