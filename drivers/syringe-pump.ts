import { calibrate, defineThing, InputError, log, optional, Type, WrongDeviceError } from "benchd/driver";
import balance from "./balance.ts";
import { byWeight, diameterBy, weighed } from "./syringe-pump/calibration.ts";
import { dialogue } from "./syringe-pump/dialogue.ts";
import { agree, codecOf, part, probeOf } from "./syringe-pump/mode.ts";
import {
  fourDigits,
  parseVolume,
  prompts,
  rateSymbols,
  rateUnits,
  shown,
  tellsDiameter,
  tellsDirection,
} from "./syringe-pump/protocol.ts";
import { resolution, Syringe } from "./syringe-pump/syringe.ts";
import { Watch } from "./syringe-pump/watch.ts";

const Millilitres = Type.Number({ minimum: 0, unit: "mL" });
const Stroke = Type.Object({ volume: Type.Number({ exclusiveMinimum: 0, unit: "mL" }) });

/**
 * New Era NE-1000 syringe pump, and the others of its family, at 19200 baud: user manual for firmware 3.9, chapter 10.
 * Volumes in mL by the diameter in the configuration, or the one that a calibration has found; rates in mL/min. Its safe state is standstill; a dose ends on a
 * cancel, on `stop`, on any alarm and when someone uses the keys. In Safe mode the pump also stops by itself when it
 * hears nothing for `commTimeout`; in Basic mode it does not. Not tested on hardware.
 */
export default defineThing({
  title: "Syringe pump",
  description: "New Era NE-1000",
  config: Type.Object({
    address: Type.Integer({ minimum: 0, maximum: 99, default: 0 }),
    diameter: Type.Number({ minimum: 0.1, maximum: 50, unit: "mm", description: "Inside diameter of the syringe" }),
    syringeVolume: Type.Number({ exclusiveMinimum: 0, maximum: 9999, unit: "mL", description: "What it holds" }),
    mode: Type.Enum(["safe", "basic"], {
      default: "safe",
      description: "In basic, the pump goes on pumping when benchd is killed or the cable is lost",
    }),
    commTimeout: Type.Integer({
      minimum: 2,
      maximum: 99,
      default: 5,
      unit: "s",
      description: "Of Safe mode: it stops when it hears nothing for so long",
    }),
  }),
  uses: { balance: optional(balance) },
  outputs: { motor: { safe: 0 } },
  deadMan: ({ mode }) => (mode === "safe" ? ["motor"] : []),
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
    diameter: {
      title: "Inside diameter of the syringe that volumes go by",
      schema: Type.Number({ unit: "mm" }),
      readOnly: true,
    },
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
    calibrate_by_weight: weighed,
    clear_calibration: { title: "Go by the diameter in the configuration again", calibrates: true },
  },

  async open({ config, serial, spawn, calibration, things: { balance } }) {
    const address = String(config.address).padStart(2, "0");
    const { mode, commTimeout } = config;
    const watch = new Watch(address, mode);
    const line = await serial.open({
      baudRate: 19200,
      codec: codecOf(mode),
      replyTimeoutMs: 500,
      unsolicited: { matches: (reply) => watch.unasked(reply), receive: (reply) => watch.overhear(reply) },
      observe: (reply) => watch.observe(reply),
      // It answers within some 20 ms. Never DIS: a late answer to the reading of a stroke could pass for that to the probe.
      resync: {
        quietMs: 50,
        probe: probeOf(mode, address, commTimeout),
        accepts: (reply) => watch.proves(reply),
        checks: [
          { ask: `${address}DIR`, accepts: (reply) => tellsDirection(reply, address) },
          { ask: `${address}DIA`, accepts: (reply) => tellsDiameter(reply, address) },
        ],
      },
    });
    await agree(line, mode, address, watch, commTimeout);
    const pump = dialogue(line, address, watch);
    const { command, counts, ensure, rate, standstill } = pump;
    const diameter = () => diameterBy(calibration(), config.diameter);
    const syringe = new Syringe({ ...config, diameter }, pump, watch);
    if (mode === "safe") {
      await ensure("SAF", String(commTimeout), (shows) => shows !== "" && Number(shows) === commTimeout);
      spawn(() => pump.feed((commTimeout * 1000) / 3));
    }
    /** It has just said that it stands still, and was told nothing since. */
    let still = false;
    /** So it has said again when it was told to stop, and nothing was asked of it since. */
    let confirmed = false;

    const stroke: Syringe["stroke"] = (...wanted) => {
      still = false;
      confirmed = false;
      return syringe.stroke(...wanted);
    };

    // The first reply after power-up is the alarm that tells of it. What the last stroke has moved is known, no more.
    syringe.begin(await standstill());
    if (watch.counterLost)
      log(`switched on since it was last asked: the syringe counts as full; if it is not, write "remaining"`);

    return {
      read: {
        rate: async () => (await rate()).mLPerMin,
        remaining: () => syringe.remaining,
        dispensed: async () => (await counts()).infused,
        diameter,
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
        dispense: async ({ volume }) => ({ dispensed: await stroke("INF", volume) }),
        withdraw: async ({ volume }) => ({ withdrawn: await stroke("WDR", volume) }),
        async calibrate_by_weight(wanted) {
          const { diameter: configured } = config;
          return byWeight({ syringe, stroke, balance, configured, diameter: diameter() }, wanted);
        },
        clear_calibration: () => calibrate({ points: [], fit: {}, note: "cleared" }),
      },
      async identify() {
        const { data, prompt } = await command("VER");
        still = prompt === "S";
        const [, model, firmware = ""] = /^NE(\d+)V([\d.]+)$/.exec(data) ?? [];
        if (!model)
          throw new WrongDeviceError(
            `a New Era pump is expected, but ${data} answers: connect the right one, then reset it (DELETE /{thing}/quarantine)`,
          );
        return { model: `NE-${model}`, firmware };
      },
      async stop() {
        const stoodStill = still;
        still = false;
        watch.stroking = false;
        // When it is opened, nothing moves and nobody else talks to it: asking once more is as quick as breaking in.
        if (!stoodStill) await line.breakIn(`${address}STP`);
        await standstill();
        confirmed = stoodStill;
      },
      async safe() {
        // When it is opened it has been asked twice by now.
        if (!confirmed) await standstill();
        confirmed = false;
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
        if (mode === "safe") await part(line, address, watch);
      },
    };
  },
});
