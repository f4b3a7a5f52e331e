import {
  cleanUp,
  DeviceFaultError,
  defineThing,
  InputError,
  lines,
  MalformedReplyError,
  report,
  shield,
  sleep,
  Type,
  WrongDeviceError,
} from "benchd/driver";

const Speed = Type.Number({ minimum: 50, maximum: 1500, unit: "/min" });
const Setpoint = Type.Union([Type.Number({ minimum: 30, maximum: 300, unit: "Cel" }), Type.Null()]);
/** Readings of the speed while it stirs, each of which may find that the bar has come loose; ms. */
const watchMs = 1000;

const refusals: Readonly<Record<string, string>> = {
  "ERR 1": "it does not know that",
  "ERR 2": "it cannot do that with these values",
  "ERR 3": "its menu is open: leave it at the panel",
};

/**
 * HS 7 heated stirrer over RS-232, at 9600 baud: its manual, chapter 5. Speeds in 1/min, from 50 to 1500; temperatures
 * in °C, from 30 to 300 and never above `maxTemperature`. Safe is motor and heater off, and `stop` is obeyed at any time.
 * A cancelled stir stops the motor and leaves the plate as warm as it was. Not tested on hardware.
 */
export default defineThing({
  title: "Heated stirrer",
  description: "HS 7, over RS-232",
  config: Type.Object({
    maxTemperature: Type.Number({
      minimum: 30,
      maximum: 300,
      default: 100,
      unit: "Cel",
      description: "No setpoint above it is taken",
    }),
  }),
  outputs: { motor: { safe: false }, heater: { safe: false } },
  properties: {
    speed: { title: "Speed of the bar", schema: Type.Number({ unit: "/min" }), readOnly: true, observable: true },
    temperature: {
      title: "Temperature of the plate",
      schema: Type.Number({ unit: "Cel" }),
      readOnly: true,
      observable: true,
    },
    setpoint: { title: "What the plate is heated to, null for off", schema: Setpoint, drives: "heater" },
  },
  actions: {
    stir: {
      title: "Stir for a while",
      input: Type.Object({ speed: Speed, seconds: Type.Number({ minimum: 1, maximum: 3600, default: 60, unit: "s" }) }),
      output: Type.Object({ turns: Type.Number() }),
    },
  },
  events: {
    stalled: {
      title: "The bar has come loose",
      data: Type.Object({ speed: Type.Number({ unit: "/min" }) }),
    },
  },

  async open({ config, serial, emit }) {
    const line = await serial.open({
      baudRate: 9600,
      codec: lines("\r\n"),
      replyTimeoutMs: 500,
      banner: { matches: (text) => text === "HS7 READY" },
      observe: (reply) =>
        reply.startsWith("ALARM")
          ? new DeviceFaultError("the plate was too hot: let it cool, switch it off and on")
          : undefined,
      resync: {
        probe: "NAME?",
        accepts: (reply) => /^HS7 \d+ /.test(reply),
        checks: [{ ask: "TEMP?", accepts: (reply) => /^(-?[\d.]+|ALARM \d+)$/.test(reply) }],
      },
    });
    /** What the plate was told; °C, null for off. It cannot be asked, and a restart of the stirrer forgets it. */
    let setpoint: number | null = null;

    /** All that is known of the protocol; refusals in words. */
    async function command(text: string): Promise<string> {
      const reply = await line.request(text);
      if (reply.startsWith("ERR"))
        throw new DeviceFaultError(`the stirrer refuses ${text}: ${refusals[reply] ?? reply}`);
      return reply;
    }

    async function obeyed(text: string): Promise<void> {
      const reply = await command(text);
      if (reply !== "OK") throw new MalformedReplyError(`the stirrer answers ${text} with ${reply}`);
    }

    async function reading(question: string): Promise<number> {
      const reply = await command(question);
      if (!/^-?\d+(\.\d+)?$/.test(reply))
        throw new MalformedReplyError(`the stirrer answers ${question} with ${reply}`);
      return Number(reply);
    }

    const rest = () => obeyed("STIR 0");

    async function off(): Promise<void> {
      setpoint = null;
      await obeyed("STOP");
    }

    return {
      async identify() {
        const [model = "", serialNumber = "", firmware = ""] = (await command("NAME?")).split(" ");
        if (model !== "HS7") throw new WrongDeviceError(`an HS7 is expected, but ${model} answers`);
        return { model, serialNumber, firmware };
      },
      read: { speed: () => reading("SPEED?"), temperature: () => reading("TEMP?"), setpoint: () => setpoint },
      write: {
        async setpoint(wanted) {
          if (wanted !== null && wanted > config.maxTemperature)
            throw new InputError(`${wanted} °C is above maxTemperature, ${config.maxTemperature} °C`);
          await obeyed(wanted === null ? "HEAT OFF" : `HEAT ${wanted}`);
          setpoint = wanted;
        },
      },
      invoke: {
        async stir({ speed: wanted, seconds }) {
          let turns = 0;
          try {
            await obeyed(`STIR ${wanted}`);
            for (let second = 1; second <= seconds; second++) {
              await sleep(watchMs);
              const now = await reading("SPEED?");
              if (now < wanted / 2) {
                emit("stalled", { speed: now });
                throw new DeviceFaultError("the stirring bar has come loose: slow down, or use a larger one");
              }
              turns += now / 60;
              report({ done: second, of: seconds });
            }
          } catch (error) {
            return await cleanUp(error, "it is not known whether the bar stands still", rest);
          }
          await shield(rest);
          return { turns };
        },
      },
      async stop() {
        setpoint = null;
        await line.breakIn("STOP");
        if ((await reading("SPEED?")) > 0) throw new DeviceFaultError("it is still turning");
      },
      safe: off,
      close: off,
    };
  },
});
