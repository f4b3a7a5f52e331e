import { DeviceFaultError, defineThing, lines, log, Type } from "benchd/driver";
import { axes, axesIn, each, longest, origin, type Steps, turned, within } from "./stage/axes.ts";
import { Board, tellsDelay, tellsEndstop, tellsRamp, tellsVersion } from "./stage/board.ts";
import { segmentMs, shown, standstill, travel } from "./stage/travel.ts";

const Count = Type.Integer({ unit: "{step}" });
const Position = Type.Object({ x: Count, y: Count, z: Count });
const Flag = Type.Boolean();
const Reach = Type.Integer({ minimum: 1, maximum: 2_000_000_000, default: 1_000_000, unit: "{step}" });

/** An input whose keys are axes, beside one option; shaped as OpenFlexure's. */
const axesBeside = (option: string) => ({
  additionalProperties: Count,
  propertyNames: { enum: [...axes, option] },
});
const Move = Type.Object(
  { block_cancellation: Type.Boolean({ default: false, description: "Whether a client's cancel is declined" }) },
  { ...axesBeside("block_cancellation"), examples: [{ x: 100, z: -50 }] },
);
const Jog = Type.Object(
  { stop: Type.Boolean({ default: false, description: "Only end the jog that runs" }) },
  { ...axesBeside("stop"), examples: [{ x: 100 }] },
);

/**
 * Sangaboard, the motor controller of the OpenFlexure microscope, with firmware 1.x or 0.x at 115200 baud: the `help` of
 * the firmware, its sources `stage.cpp` and `sangaboard.ino`. Names and shapes are those of the OpenFlexure server
 * version 3, positions are motor steps. Its safe state is standstill. Not tested on hardware.
 */
export default defineThing({
  title: "Microscope stage",
  description: "Sangaboard (OpenFlexure)",
  config: Type.Object({
    travel: Type.Object(
      { x: Reach, y: Reach, z: Reach },
      { default: {}, description: "How far from zero each axis may go, either way" },
    ),
  }),
  unstoppableWhile: `firmware 0.x moves: it is sent at most ${segmentMs / 1000} s at a time; firmware 1.x stops at once`,
  properties: {
    axis_names: {
      title: "Axis Names",
      description: "The names of the stage's axes, in order.",
      schema: Type.Array(Type.String(), { examples: [axes] }),
      readOnly: true,
    },
    position: {
      title: "Position",
      description: "Current position of the stage.",
      schema: Position,
      readOnly: true,
      observable: true,
    },
    moving: {
      title: "Moving",
      description: "Whether the stage is in motion.",
      schema: Flag,
      readOnly: true,
      observable: true,
    },
    axis_inverted: {
      title: "Axis Inverted",
      description: "Used to convert coordinates between the program frame and the hardware frame.",
      schema: Type.Object({ x: Flag, y: Flag, z: Flag }, { default: { x: true, y: false, z: true } }),
      persist: true,
    },
  },
  actions: {
    move_relative: { title: "Move Relative", description: "Make a relative move; keys are axis names.", input: Move },
    move_absolute: { title: "Move Absolute", description: "Make an absolute move; keys are axis names.", input: Move },
    jog: {
      title: "Jog",
      description: "Make a relative move that the next jog interrupts.",
      input: Jog,
      whenBusy: "replace",
    },
    set_zero_position: {
      title: "Set Zero Position",
      description: "Make the current position zero in all axes. Nothing moves.",
    },
    get_xyz_position: {
      title: "Get Xyz Position",
      description: "The position as (x, y, z).",
      output: Type.Tuple([Count, Count, Count]),
      safe: true,
    },
    move_to_xyz_position: {
      title: "Move To Xyz Position",
      description: "Move to the position (x, y, z).",
      input: Type.Object({ xyz_pos: Type.Tuple([Count, Count, Count]) }),
    },
  },

  async open({ config, serial }) {
    const board = new Board(() => line);
    const line = await serial.open({
      baudRate: 115_200,
      codec: lines({ send: "\n", receive: "\r\n" }),
      // An Arduino starts anew when its port is opened. To `version` it answers what it says then.
      banner: { matches: (text) => tellsVersion(text) && !board.askingVersion, withinMs: 2000 },
      // Told at the end of a move by a board that was left in its blocking mode.
      unsolicited: { matches: (text) => text === "stopped", receive() {} },
      observe: (text) =>
        tellsEndstop(text) ? new DeviceFaultError(`the stage has run into an end stop: ${text}`) : undefined,
      // Never p?: the late answer of a poll would pass for that to the probe.
      resync: { probe: "dt?", accepts: tellsDelay, checks: [{ ask: "ramp_time?", accepts: tellsRamp }] },
    });
    let inverted = { x: true, y: false, z: true };
    /** It was just seen at rest, and told nothing since. */
    let still = false;
    /** A move of firmware 0.x, which cannot be asked. */
    let underWay = false;

    const position = async () => turned(await board.position(), inverted);
    async function move(way: Steps, insisting = false) {
      still = false;
      underWay = true;
      try {
        await travel(board, turned(way, inverted), insisting);
      } finally {
        underWay = false;
      }
    }
    async function moveTo(wanted: Partial<Steps>, insisting = false) {
      within({ ...origin, ...wanted }, config.travel);
      const here = await position();
      await move(
        each((axis) => (wanted[axis] ?? here[axis]) - here[axis]),
        insisting,
      );
    }
    async function moveBy(way: Partial<Steps>, insisting = false) {
      const here = await position();
      const target = within(
        each((axis) => here[axis] + (way[axis] ?? 0)),
        config.travel,
      );
      await move(
        each((axis) => target[axis] - here[axis]),
        insisting,
      );
    }

    return {
      read: {
        axis_names: () => [...axes],
        position,
        moving: () => (board.stoppable ? board.moving() : underWay),
        axis_inverted: () => inverted,
      },
      write: {
        axis_inverted(wanted) {
          inverted = wanted;
        },
      },
      invoke: {
        move_relative: (input) => moveBy(axesIn(input), input.block_cancellation),
        move_absolute: (input) => moveTo(axesIn(input), input.block_cancellation),
        async jog(input) {
          const way = { ...origin, ...axesIn(input) };
          // The jog before has stopped as this one took its place.
          if (input.stop || longest(way) === 0) await standstill(board);
          else await moveBy(way);
        },
        async set_zero_position() {
          const was = await position();
          await board.zero();
          log(`zero is now where ${shown(was)} was`);
          await board.position();
        },
        async get_xyz_position() {
          const { x, y, z } = await position();
          return [x, y, z] as [number, number, number];
        },
        move_to_xyz_position: ({ xyz_pos: [x, y, z] }) => moveTo({ x, y, z }),
      },
      async identify() {
        const identity = await board.identify();
        still = !board.stoppable || !(await board.moving());
        await board.position();
        return identity;
      },
      async stop() {
        // Firmware 0.x hears it when the piece under way has ended, and no other is sent.
        if (board.stoppable && !still) await line.breakIn("stop");
        await standstill(board);
      },
      state: () => ({ position: turned(board.seen, inverted) }),
      async close() {
        await standstill(board);
      },
    };
  },
});
