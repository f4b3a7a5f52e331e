import { defineThing, InputError, lines, log, Type, WrongDeviceError } from "benchd/driver";
import { dialogue, Watch } from "./syringe-pump/dialogue.ts";
import {
  fourDigits,
  parseVolume,
  prompts,
  rateSymbols,
  rateUnits,
  shown,
  tellsVersion,
} from "./syringe-pump/protocol.ts";
import { resolution, Syringe } from "./syringe-pump/syringe.ts";

const Millilitres = Type.Number({ minimum: 0, unit: "mL" });
const Stroke = Type.Object({ volume: Type.Number({ exclusiveMinimum: 0, unit: "mL" }) });

/**
 * New Era NE-1000 syringe pump, and the others of its family, in Basic mode at 19200 baud: user manual for firmware 3.9,
 * chapter 10. Volumes in mL by the diameter in the configuration, rates in mL/min. Its safe state is standstill; a dose
 * ends on a cancel, on `stop`, on any alarm and when someone uses the keys. Not tested on hardware.
 */
export default defineThing({
  title: "Syringe pump",
  description: "New Era NE-1000",
  config: Type.Object({
    address: Type.Integer({ minimum: 0, maximum: 99, default: 0 }),
    diameter: Type.Number({ minimum: 0.1, maximum: 50, unit: "mm", description: "Inside diameter of the syringe" }),
    syringeVolume: Type.Number({ exclusiveMinimum: 0, maximum: 9999, unit: "mL", description: "What it holds" }),
  }),
  properties: {
    rate: {
      title: "Rate of pumping",
      schema: Type.Number({ exclusiveMinimum: 0, unit: "mL/min" }),
      concurrent: true,
    },
    remaining: {
      title: "Volume in the syringe, at most",
      description:
        "What is known to have left is taken off. When the pump is opened again, only the last stroke is known, from its counter, and after a power cut not even that: it then counts from full. Write it after a refill, and after the pump was opened again",
      schema: Millilitres,
    },
    dispensed: { title: "Volume dispensed by the last stroke", schema: Millilitres, readOnly: true },
    state: {
      title: "What the pump is doing",
      schema: Type.Enum([...Object.values(prompts)]),
      readOnly: true,
      observable: true,
    },
  },
  actions: {
    dispense: {
      title: "Dispense a volume at the set rate",
      input: Stroke,
      output: Type.Object({ dispensed: Millilitres }),
    },
    withdraw: {
      title: "Withdraw a volume at the set rate",
      input: Stroke,
      output: Type.Object({ withdrawn: Millilitres }),
    },
  },

  async open({ config, serial }) {
    const address = String(config.address).padStart(2, "0");
    const watch = new Watch(address);
    const line = await serial.open({
      baudRate: 19200,
      codec: lines({ send: "\r", start: "\x02", receive: "\x03" }),
      replyTimeoutMs: 500,
      observe: (reply) => watch.observe(reply),
      // Never DIS: a late answer to the reading of a stroke could pass for that to the probe.
      resync: { probe: `${address}VER`, accepts: (reply) => tellsVersion(reply, address) },
    });
    const pump = dialogue(line, address, watch);
    const { command, counts, ensure, rate, standstill } = pump;
    const syringe = new Syringe(config, pump, watch);
    /** It has just said that it stands still, and was told nothing since. */
    let still = false;

    // The first reply after power-up is the alarm that tells of it. What the last stroke has moved is known, no more.
    syringe.begin(await standstill());
    if (watch.counterLost)
      log(`switched on since it was last asked: the syringe counts as full; if it is not, write "remaining"`);

    return {
      read: {
        rate: async () => (await rate()).mLPerMin,
        remaining: () => syringe.remaining,
        dispensed: async () => (await counts()).infused,
        state: async () => prompts[(await command("")).prompt ?? "S"],
      },
      write: {
        async rate(mLPerMin) {
          const now = await rate();
          // While it moves, the unit has to stay.
          const name = now.moving ? now.unit : mLPerMin >= 1 ? "MM" : "UM";
          const text = fourDigits(mLPerMin / (rateUnits[name] ?? 1), rateSymbols[name] ?? name);
          if (Number(text) === 0) throw new InputError(`${mLPerMin} mL/min is slower than the pump can be set to`);
          if (now.moving) await command(`RAT${text}`);
          else
            await ensure(
              "RAT",
              text + name,
              (shows) => Number.parseFloat(shows) === Number(text) && shows.endsWith(name),
            );
        },
        remaining(volume) {
          if (volume > config.syringeVolume) throw new InputError(`the syringe holds ${config.syringeVolume} mL`);
          syringe.remaining = volume;
        },
      },
      invoke: {
        dispense: async ({ volume }) => ({ dispensed: await syringe.stroke("INF", volume) }),
        withdraw: async ({ volume }) => ({ withdrawn: await syringe.stroke("WDR", volume) }),
      },
      async identify() {
        const { data, prompt } = await command("VER");
        still = prompt === "S";
        const [, model, firmware = ""] = /^NE(\d+)V([\d.]+)$/.exec(data) ?? [];
        if (!model) throw new WrongDeviceError(`a New Era pump is expected, but ${data} answers`);
        return { model: `NE-${model}`, firmware };
      },
      async stop() {
        const stoodStill = still;
        still = false;
        watch.stroking = false;
        // When it is opened, nothing moves and nobody else talks to it: asking once more is as quick as breaking in.
        if (!stoodStill) await line.breakIn(`${address}STP`);
        await standstill();
      },
      async safe() {
        await standstill();
      },
      async reconcile({ delivery }) {
        const dose = delivery.find((entry) => entry.unit === "mL");
        if (!dose) return [];
        const { infused } = await counts();
        const programmed = parseVolume((await command("VOL")).data);
        // The counter tells of the last stroke alone, and after a power cut of nothing: it then begins at 0 again.
        const lost = watch.counterLost || infused === 0 || infused < dose.confirmed - resolution;
        if (lost || Math.abs(programmed - dose.requested) > resolution + dose.requested / 1000) {
          log.warning(`the pump's counter tells nothing of the last ${shown(dose.requested)}: they stay uncertain`);
          return [];
        }
        return [{ ...dose, confirmed: infused }];
      },
      async close() {
        await standstill();
      },
    };
  },
});
