import {
  DeviceFaultError,
  DeviceResetError,
  defineThing,
  InputError,
  OperatedLocallyError,
  report,
  sleep,
  Type,
} from "benchd/driver";
import { Meter } from "./psu/meter.ts";
import { Setpoints } from "./psu/setpoints.ts";
import { dialogue } from "./scpi/dialogue.ts";
import { identityOf, tellsIdentity } from "./scpi/identity.ts";
import { messages } from "./scpi/messages.ts";
import { booleanOf, numberOf } from "./scpi/numbers.ts";

const Volts = Type.Number({ unit: "V" });
const Amperes = Type.Number({ unit: "A" });
/** "Command not allowed in local": Keysight E364xA, user's guide, chapter 5. */
const notInLocal = 550;
/** A ramp goes in steps of this length, and what the dialogue takes; ms. */
const stepMs = 200;
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
    const line = await serial.open({
      baudRate: config.baudRate,
      codec: messages({ send: "\n", receive: "\n", maxBytes: 4096 }),
      replyTimeoutMs: 2000,
      // A question forgets nothing.
      resync: { quietMs: 100, probe: "*IDN?", accepts: tellsIdentity },
    });
    const { overVoltage } = config;
    const scpi = dialogue(line, {
      errorQuery: "SYST:ERR?",
      onOpen: overVoltage === undefined ? config.onOpen : [...config.onOpen, `VOLT:PROT ${overVoltage}`],
      localErrors: [notInLocal],
    });
    const setpoints = new Setpoints(scpi, config.resolution);
    const meter = new Meter(scpi, config.protections);
    /** Nothing moves before it is open, and nobody else talks to it: it need not be broken into. */
    let opening = true;

    /** Somebody may have taken it to its keys, where it would not obey. */
    const off = [...config.onOpen, "OUTP OFF"];

    const isOn = async () => booleanOf(await scpi.query("OUTP?"), "OUTP?");

    function refuse(value: number, limit: number, unit: string): void {
      if (value < 0 || value > limit) throw new InputError(`${value} ${unit} is not between 0 and ${limit} ${unit}`);
    }

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

    async function confirmOff() {
      if (await isOn()) throw new DeviceFaultError("the output is still on: switch the supply off by hand");
    }

    async function switchOff() {
      // Not `command`: what else is wrong with it must not keep it on.
      await line.exclusive(async () => {
        for (const text of off) await line.send(text);
        await confirmOff();
      });
    }

    /** That nothing has happened to the supply that a ramp must not go on over. */
    async function checkUndisturbed(wasOn: boolean) {
      await meter.checkProtection();
      await scpi.checkPower();
      if ((await isOn()) !== wasOn)
        throw new OperatedLocallyError(`someone has switched the output ${wasOn ? "off" : "on"} at the supply`);
      await setpoints.check();
    }

    return {
      read: {
        voltage: () => setpoints.read("VOLT"),
        current: () => setpoints.read("CURR"),
        output: isOn,
        measured_voltage: () => meter.measured("VOLT"),
        measured_current: () => meter.measured("CURR"),
        protection: () => meter.protection(),
      },
      write: {
        async voltage(value) {
          refuse(value, config.maxVoltage, "V");
          await unlessReset(() => setpoints.write("VOLT", value));
        },
        async current(value) {
          refuse(value, config.maxCurrent, "A");
          await unlessReset(() => setpoints.write("CURR", value));
        },
        async output(on) {
          if (!on) return switchOff();
          await unlessReset(async () => {
            await scpi.checkPower();
            await setpoints.check();
            await checkLevel();
            await scpi.command("OUTP ON");
            if (!(await isOn()))
              throw new DeviceFaultError("the output stays off: look at protection, and at the supply");
          });
        },
      },
      invoke: {
        ramp: ({ voltage, rate }) =>
          unlessReset(async () => {
            refuse(voltage, config.maxVoltage, "V");
            const wasOn = await isOn();
            const from = await setpoints.read("VOLT");
            const steps = Math.max(1, Math.ceil((Math.abs(voltage - from) / rate) * (1000 / stepMs)));
            for (let step = 1; step <= steps; step++) {
              await checkUndisturbed(wasOn);
              const next = from + ((voltage - from) * step) / steps;
              await setpoints.write("VOLT", step === steps ? voltage : Number(next.toFixed(4)));
              report({ done: step, of: steps });
              if (step < steps) await sleep(stepMs);
            }
            return { voltage: await setpoints.read("VOLT") };
          }),
        async clear_protection() {
          await switchOff();
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
      async stop() {
        if (!opening) for (const text of off) await line.breakIn(text, { answered: false });
        else await switchOff();
        opening = false;
        await confirmOff();
      },
      safe: switchOff,
      async close() {
        await switchOff();
        for (const text of config.onClose) await line.send(text);
      },
    };
  },
});
