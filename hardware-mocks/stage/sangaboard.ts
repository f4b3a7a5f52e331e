import { defineTwin, type SerialTwin, simulateSerial } from "benchd/testing";
import { Motors, type Steps } from "./motors.ts";

/** What an Arduino keeps of what comes while its program does not read. */
const receiveBuffer = 64;
const axisNames = ["x", "y", "z"];

interface Make {
  readonly firmware: string;
  readonly board: string;
  /** A Nano is reset by DTR as its port is opened; a board on the UART of a Pi is not. */
  readonly resetsOnOpen: boolean;
  /** From reset to the version line, bootloader included. */
  readonly bootMs: number;
}

/** The board for a Pi's header, with the firmware that takes commands while it moves. */
export const v1: Make = { firmware: "1.0.4", board: "Sangaboard v0.5.5", resetsOnOpen: false, bootMs: 50 };
/** The Arduino Nano, which reads nothing until it has arrived. */
export const v0: Make = { firmware: "0.5", board: "Sangaboard v0.2", resetsOnOpen: true, bootMs: 1600 };

/**
 * A Sangaboard with firmware 1.x or 0.x, after the sources of its firmware: `stage.cpp` and `main.cpp` (1.0 beta),
 * `sangaboard.ino` (0.5). Firmware 0.x writes its position to the EEPROM after each move. Not checked against a real
 * board. Assumed: 1.0.4 keeps no position but at `zero`, as the beta does; commands are read while an end stop is hit.
 */
export const sangaboard = ({ firmware, board, resetsOnOpen, bootMs }: Make) =>
  defineTwin(({ clock }) => {
    const old = firmware.startsWith("0.");
    const motors = new Motors(clock);
    const eeprom = { position: [0, 0, 0] as Steps, stepUs: 1000, rampUs: 0, blocking: true };
    let booting: { cancel(): void } | undefined;
    let arrival: { cancel(): void } | undefined;
    let notifies = false;
    /** What firmware 0.x says when it has arrived. */
    let ending = "done.";
    /** Lines that wait until firmware 0.x reads again. */
    let unread: string[] = [];

    function boot() {
      booting?.cancel();
      arrival?.cancel();
      motors.halt();
      unread = [];
      notifies = false;
      motors.position = eeprom.position;
      motors.stepUs = eeprom.stepUs;
      motors.rampUs = eeprom.rampUs;
      booting = clock.after(bootMs, () => {
        booting = undefined;
        serial.say(`Sangaboard Firmware v${firmware}`);
      });
    }

    function arrived() {
      arrival = undefined;
      if (old) {
        eeprom.position = motors.position;
        serial.say(ending);
        const waiting = unread;
        unread = [];
        for (const text of waiting) {
          const reply = take(text) === undefined ? undefined : respond(text);
          if (reply !== undefined) serial.say(reply);
        }
      } else if (notifies) {
        notifies = false;
        serial.say("stopped");
      }
    }

    function start(way: Steps, endsWith = "done."): string | undefined {
      ending = endsWith;
      motors.start(way);
      arrival?.cancel();
      arrival = clock.after(motors.remainingMs, arrived);
      if (old) return undefined;
      if (!eeprom.blocking) return "done.";
      notifies = true;
      return undefined;
    }

    /** A line, unless it has to wait until it is read. */
    function take(text: string): string | undefined {
      if (!old || !motors.moving) return text;
      if (unread.join("\n").length + text.length + 2 <= receiveBuffer) unread.push(text);
      return undefined;
    }

    const integers = (text: string) =>
      text
        .trim()
        .split(/ +/)
        .map((word) => Number.parseInt(word, 10) || 0);
    const setting = (name: "stepUs" | "rampUs", shown: string) => (argument: string) => {
      if (argument.trim() === "?") return `${shown} ${motors[name]}`;
      eeprom[name] = motors[name] = integers(argument)[0] ?? 0;
      return "done.";
    };

    /** The first that a command begins with, in the order of the firmware's own tables. */
    const commands: readonly (readonly [name: string, act: (argument: string) => string | undefined])[] = [
      ["version", () => `Sangaboard Firmware v${firmware}`],
      ["board", () => board],
      ["list_modules", () => "--END--"],
      ...axisNames.map((name, axis): [string, (argument: string) => string | undefined] => [
        `mr${name}`,
        (argument) => {
          const steps = integers(argument)[0] ?? 0;
          return start([axis === 0 ? steps : 0, axis === 1 ? steps : 0, axis === 2 ? steps : 0], "done");
        },
      ]),
      [
        "mr ",
        (argument) => {
          const [x, y, z] = integers(argument);
          if (z === undefined) return old ? "Error: command is mr <int> <int> <int>" : "done.";
          return start([x ?? 0, y ?? 0, z]);
        },
      ],
      ["release", () => (old ? "motors released" : "done")],
      ["p?", () => motors.position.join(" ")],
      ["ramp_time", setting("rampUs", old ? "ramp time" : "ramp_time")],
      ["min_step_delay", setting("stepUs", "minimum step delay")],
      ["dt", setting("stepUs", "minimum step delay")],
      [
        "zero",
        () => {
          motors.position = [0, 0, 0];
          eeprom.position = [0, 0, 0];
          return "position reset to 0 0 0";
        },
      ],
      ...(old ? [] : newer()),
    ];

    function newer(): readonly (readonly [string, (argument: string) => string | undefined])[] {
      return [
        [
          "stop",
          () => {
            motors.halt();
            arrival?.cancel();
            notifies = false;
            return "Move aborted";
          },
        ],
        ["moving", () => String(motors.moving)],
        [
          "notify_on_stop",
          () => {
            if (!motors.moving) return "Error: stage is not moving";
            notifies = true;
            return undefined;
          },
        ],
        [
          "blocking_moves",
          (argument) => {
            if (argument.trim() === "?") return `blocking_moves ${eeprom.blocking}`;
            eeprom.blocking = argument.trim().startsWith("t");
            return "done.";
          },
        ],
      ];
    }

    function respond(text: string): string | undefined {
      for (const [name, act] of commands) if (text.startsWith(name)) return act(text.slice(name.length));
      return "Type 'help' for a list of commands.";
    }

    const serial: SerialTwin = simulateSerial({
      clock,
      baudRate: 115_200,
      commandEnd: "\n",
      frame: (reply) => `${reply}\r\n`,
      replyMs: 3,
      prepare: (raw) => (booting ? undefined : take(raw.replace(/\r$/, ""))),
      rules: [[/(.*)/, respond]],
      opened() {
        if (resetsOnOpen) boot();
      },
      poweredDown() {
        booting?.cancel();
        arrival?.cancel();
        motors.halt();
      },
      poweredUp: boot,
    });

    return {
      ...serial,
      /** Where the motors are, in steps. */
      get position(): Steps {
        return motors.position;
      },
      get moving(): boolean {
        return motors.moving;
      },
      get blocking(): boolean {
        return eeprom.blocking;
      },
      /** Someone presses the reset button of the board. */
      pressReset: boot,
      /** An axis runs into its end stop, of a board that was built with them. */
      hitEndstop(axis: "x" | "y" | "z", direction: 1 | -1) {
        motors.block(axisNames.indexOf(axis));
        serial.say(`Endstop hit:${direction * (axisNames.indexOf(axis) + 1)}`);
      },
    };
  });
