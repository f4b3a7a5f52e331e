import { defineThing, InvocationError, lines, log, Type, WrongDeviceError } from "benchd/driver";
import { Grbl, tellsStart } from "./xy/grbl.ts";
import { axes, isReport, type Point, readsLines, states } from "./xy/report.ts";
import { assertMoves, assertReach, assertWithin, standStill, Travel } from "./xy/travel.ts";

const Millimetres = Type.Number({ minimum: -10_000, maximum: 10_000, unit: "mm" });
const Rate = Type.Number({ minimum: 0.1, maximum: 100_000, unit: "mm/min" });
const Position = Type.Object({ x: Millimetres, y: Millimetres, z: Millimetres });
const Range = Type.Object({ min: Millimetres, max: Millimetres });
const Target = Type.Object({
  x: Type.Optional(Millimetres),
  y: Type.Optional(Millimetres),
  z: Type.Optional(Millimetres),
  feed_rate: Type.Optional(Rate),
});

/**
 * A stage with a GRBL 1.1 controller at 115200 baud: pages `interface`, `jogging` and `commands` of the project. All
 * places are in millimetres in the coordinates of the machine, which begin at the limit switches. It moves by jogs only,
 * as these can be ended without loss of position. Its safe state is standstill. Not tested on hardware.
 */
export default defineThing({
  title: "Stage",
  description: "GRBL 1.1",
  config: Type.Object({
    x: Range,
    y: Range,
    z: Type.Optional(Range),
    feedRate: Type.Number({ ...Rate, default: 500 }),
    homesWithin: Type.Number({
      minimum: 1,
      maximum: 600,
      default: 60,
      unit: "s",
      description: "Homing takes no longer",
    }),
  }),
  properties: {
    position: {
      title: "Position",
      description: "In the coordinates of the machine. Null until it has been homed: nobody knows where it is",
      schema: Type.Union([Position, Type.Null()]),
      readOnly: true,
      observable: true,
    },
    state: {
      title: "What it is doing",
      schema: Type.Enum([...Object.values(states), "held"]),
      readOnly: true,
      observable: true,
    },
    feed_rate: { title: "Speed of moves that do not say theirs", schema: Rate },
  },
  actions: {
    home: { title: "Find the limit switches, and so where it is" },
    move_to: {
      title: "Move to a place, in a straight line",
      input: Target,
      output: Position,
      cancelGraceMs: 15_000,
    },
    move_by: {
      title: "Move by so much, in a straight line",
      input: Target,
      output: Position,
      cancelGraceMs: 15_000,
    },
    unlock: { title: "Go on after an alarm; it may not be where it was" },
    hold: { title: "Hold the move that is under way", urgent: true },
    resume: { title: "Go on with the move that is held", urgent: true },
  },
  events: {
    alarm: { title: "The controller is in alarm", data: Type.Object({ code: Type.Integer(), text: Type.String() }) },
  },

  async open({ config, serial, spawn, emit }) {
    assertReach(config);
    const grbl = new Grbl(() => line);
    const line = await serial.open({
      baudRate: 115_200,
      codec: lines({ send: "\n", receive: "\r\n", immediate: "?!~\x18\x84\x85" }),
      replyTimeoutMs: 500,
      banner: { matches: (text) => tellsStart(text) && !grbl.expectsStart, withinMs: 2000 },
      unsolicited: {
        matches: (text) => tellsStart(text) || text.startsWith("[MSG:") || text.startsWith(">"),
        receive(text) {
          if (tellsStart(text)) grbl.started();
          else if (text === "[MSG:Reset to continue]") acknowledge();
          else log.debug(`the stage says ${text}`);
        },
      },
      observe(text) {
        const alarm = grbl.observe(text);
        if (alarm) emit("alarm", { code: alarm.code, text: alarm.text });
        return alarm?.error;
      },
      // Not an empty line: its ok might be that of a jog.
      resync: {
        probe: "?",
        accepts: isReport,
        // It is told beside the lines: two of these prove that they are in step.
        checks: [
          { ask: "$G", accepts: (reply) => reply.startsWith("[GC:") },
          { ask: "$", accepts: (reply) => reply.startsWith("[HLP:") },
        ],
        checkable: readsLines,
      },
    });
    const travel = new Travel(grbl);
    let feedRate = config.feedRate;
    /** It was just seen at rest, and told nothing since. */
    let still = false;

    /** It hears nothing else until then, and stays locked all the same. */
    const acknowledge = () =>
      spawn(() => grbl.reset().catch((error) => log.error(`the alarm could not be acknowledged: ${error}`)));

    async function arriveAt(target: Partial<Point>, rate = feedRate): Promise<Point> {
      assertMoves(target, config);
      if (grbl.homed) assertWithin(target, config);
      still = false;
      await travel.go(target, rate);
      return grbl.position();
    }
    /** After homing, or when nobody is left to tell: it answers nothing while it homes. */
    async function identify() {
      try {
        return await grbl.identify();
      } catch (error) {
        if (error instanceof WrongDeviceError) throw error;
        await grbl.reset().catch(() => {
          throw error;
        });
        return grbl.identify();
      }
    }

    return {
      read: {
        async position() {
          if (!grbl.homed || grbl.homing) return null;
          const here = await grbl.position();
          return grbl.homed ? here : null;
        },
        async state() {
          if (grbl.homing) return states.Home;
          return travel.held ? "held" : states[(await grbl.status()).state];
        },
        feed_rate: () => feedRate,
      },
      write: {
        feed_rate(rate) {
          feedRate = rate;
        },
      },
      invoke: {
        async home() {
          still = false;
          grbl.homed = false;
          grbl.homing = true;
          try {
            await grbl.command("$H", config.homesWithin * 1000);
            grbl.homed = true;
            await grbl.status();
          } catch (error) {
            return await standStill(error, () => grbl.reset());
          } finally {
            grbl.homing = false;
          }
        },
        async move_to({ feed_rate, ...target }) {
          if (!grbl.homed) throw new InvocationError("nobody knows where the stage is: home it first");
          return arriveAt(target, feed_rate);
        },
        async move_by({ feed_rate, ...way }) {
          const from = await grbl.position();
          const moved = axes.flatMap((axis) => (way[axis] === undefined ? [] : [[axis, from[axis] + way[axis]]]));
          return arriveAt(Object.fromEntries(moved), feed_rate);
        },
        async unlock() {
          await grbl.command("$X");
          if (!grbl.homed) log.warning("unlocked, but nobody knows where the stage is: home it before anything else");
        },
        hold: () => travel.hold(),
        resume: () => travel.resume(),
      },
      async identify() {
        const identity = await identify();
        still = true;
        if (grbl.setting(22) !== 1) log.warning("homing is switched off in the controller ($22=0): move_by only");
        return identity;
      },
      async stop() {
        if (!still) await grbl.breakOff();
        await grbl.standstill();
      },
      state: () => ({ position: grbl.homed ? grbl.seen : null }),
      async close() {
        if (grbl.homing) await grbl.reset();
        await grbl.standstill();
      },
    };
  },
});
