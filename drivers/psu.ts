import { DeviceFaultError, DeviceResetError, defineThing, InputError, OperatedLocallyError, Type } from "benchd/driver";
import { Meter } from "./psu/meter.ts";
import { Output } from "./psu/output.ts";
import { ramp } from "./psu/ramp.ts";
import { Setpoints } from "./psu/setpoints.ts";
import { dialogue } from "./scpi/dialogue.ts";
import { enableMask, identityOf, tellsIdentity } from "./scpi/identity.ts";
import { messages } from "./scpi/messages.ts";
import { numberOf } from "./scpi/numbers.ts";

const Volts = Type.Number({ unit: "V" });
const Amperes = Type.Number({ unit: "A" });
/** "Command not allowed in local", of the E364xA; assumed. */
const notInLocal = 550;
const Commands = Type.Array(Type.String({ minLength: 1, maxLength: 200 }));

/**
 * Bench power supply with one output that speaks SCPI, over RS-232 or TCP: Keysight E3640A to E3649A, user's guide
 * E3646-90001, chapters 4 and 5, and what has the same commands. Safe is the output switched off; `stop` does that ahead
 * of everything and confirms it by reading back. Not tested on hardware.
 */
export default defineThing({
  title: "Power supply",
  description: "Bench power supply with SCPI",
  config: Type.Object({
    maxVoltage: Type.Number({ exclusiveMinimum: 0, unit: "V", description: "More is refused" }),
    maxCurrent: Type.Number({ exclusiveMinimum: 0, unit: "A", description: "More is refused" }),
    overVoltage: Type.Optional(
      Type.Number({ exclusiveMinimum: 0, unit: "V", description: "Level of the over-voltage protection" }),
    ),
    protections: Type.Array(Type.Enum(["voltage", "current"]), {
      default: ["voltage", "current"],
      description: "Those it has: VOLT:PROT, CURR:PROT",
    }),
    resolution: Type.Number({
      exclusiveMinimum: 0,
      default: 0.005,
      description: "How finely it keeps setpoints; V and A",
    }),
    baudRate: Type.Integer({ minimum: 300, maximum: 921_600, default: 9600 }),
    onOpen: { ...Commands, default: ["SYST:REM"] },
    onClose: { ...Commands, default: ["SYST:LOC"] },
  }),
  outputs: { output: { safe: false } },
  properties: {
    voltage: { title: "Voltage it is set to", schema: Volts, observable: true },
    current: { title: "Current it is limited to", schema: Amperes, observable: true },
    output: { title: "The output is on", schema: Type.Boolean(), drives: "output", observable: true, maxAgeMs: 0 },
    measured_voltage: {
      title: "Voltage at the output",
      description: "Null when it cannot be told; why is in the metadata",
      schema: Type.Union([Volts, Type.Null()]),
      readOnly: true,
      observable: true,
    },
    measured_current: {
      title: "Current through the output",
      description: "Null when it cannot be told; why is in the metadata",
      schema: Type.Union([Amperes, Type.Null()]),
      readOnly: true,
      observable: true,
    },
    protection: {
      title: "Protections that have tripped",
      schema: Type.Object({ overVoltage: Type.Boolean(), overCurrent: Type.Boolean() }),
      readOnly: true,
      observable: true,
    },
  },
  actions: {
    ramp: {
      title: "Go to a voltage, no faster than a rate",
      description: "A cancel leaves the voltage where it has come to; a stop switches the output off",
      input: Type.Object({
        voltage: Type.Number({ minimum: 0, unit: "V" }),
        rate: Type.Number({ minimum: 0.001, maximum: 1000, unit: "V/s" }),
      }),
      output: Type.Object({ voltage: Volts }),
    },
    clear_protection: { title: "Release a protection that has tripped; the output stays off" },
  },

  async open({ config, serial }) {
    const { overVoltage, maxVoltage } = config;
    if (overVoltage !== undefined && overVoltage <= maxVoltage)
      throw new InputError(
        `overVoltage, ${overVoltage} V, would trip in regular use: set it above maxVoltage, ${maxVoltage} V`,
      );
    const line = await serial.open({
      baudRate: config.baudRate,
      codec: messages({ send: "\n", receive: "\n", maxBytes: 4096 }),
      replyTimeoutMs: 2000,
      // A question forgets nothing.
      resync: { quietMs: 100, probe: "*IDN?", accepts: tellsIdentity, checks: [enableMask] },
    });
    const scpi = dialogue(line, {
      errorQuery: "SYST:ERR?",
      onOpen: overVoltage === undefined ? config.onOpen : [...config.onOpen, `VOLT:PROT ${overVoltage}`],
      localErrors: [notInLocal],
    });
    const limits = { VOLT: maxVoltage, CURR: config.maxCurrent };
    const setpoints = new Setpoints(scpi, config.resolution, limits);
    const meter = new Meter(scpi, config.protections);
    const output = new Output(line, scpi, config.onOpen);

    /** After a power cut everything it was told is gone: what we remember of it too. */
    async function unlessReset<T>(work: () => Promise<T>): Promise<T> {
      try {
        return await work();
      } catch (error) {
        if (error instanceof DeviceResetError) setpoints.forget();
        throw error;
      }
    }

    async function checkLevel() {
      if (overVoltage === undefined) return;
      const level = numberOf(await scpi.query("VOLT:PROT?"), "VOLT:PROT?");
      if (Math.abs(level - overVoltage) > Math.max(config.resolution, 0.1))
        throw new DeviceFaultError(`the over-voltage protection is at ${level} V, not ${overVoltage} V: set it again`);
    }

    /** That nothing has happened to the supply that a ramp must not go on over. */
    async function checkUndisturbed(wasOn: boolean) {
      await meter.checkProtection();
      await scpi.checkPower();
      if ((await output.isOn()) !== wasOn)
        throw new OperatedLocallyError(`someone has switched the output ${wasOn ? "off" : "on"} at the supply`);
      await setpoints.check();
    }

    return {
      read: {
        voltage: () => setpoints.read("VOLT"),
        current: () => setpoints.read("CURR"),
        output: () => output.isOn(),
        measured_voltage: () => meter.measured("VOLT"),
        measured_current: () => meter.measured("CURR"),
        protection: () => meter.protection(),
      },
      write: {
        voltage: (value) => unlessReset(() => setpoints.write("VOLT", value)),
        current: (value) => unlessReset(() => setpoints.write("CURR", value)),
        async output(on) {
          if (!on) return output.switchOff();
          await unlessReset(async () => {
            await scpi.checkPower();
            await setpoints.check();
            await checkLevel();
            await output.switchOn();
          });
        },
      },
      invoke: {
        ramp: ({ voltage, rate }) =>
          unlessReset(async () => {
            setpoints.refuse("VOLT", voltage);
            const wasOn = await output.isOn();
            const look = () => checkUndisturbed(wasOn);
            return { voltage: await ramp(setpoints, { to: voltage, rate }, look) };
          }),
        async clear_protection() {
          await output.switchOff();
          const clear = config.protections.map((sort) => (sort === "voltage" ? "VOLT:PROT:CLE" : "CURR:PROT:CLE"));
          await unlessReset(() => scpi.command(...clear));
          await meter.checkProtection();
        },
      },
      state: () => meter.state,
      async identify() {
        const identity = identityOf(await scpi.query("*IDN?"));
        await scpi.open();
        await checkLevel();
        return identity;
      },
      stop: (occasion) => (occasion === "opening" ? output.switchOff() : output.cutOff()),
      async safe(kept) {
        if (!kept.includes("output")) await output.switchOff();
      },
      async close(kept) {
        if (!kept.includes("output")) await output.switchOff();
        for (const text of config.onClose) await line.send(text);
      },
    };
  },
});
