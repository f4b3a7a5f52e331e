import { defineTwin } from "benchd/testing";
import { OutputStage } from "./psu/output-stage.ts";
import { exponential } from "./scpi/exponential.ts";
import { type Command, scpiInstrument } from "./scpi/instrument.ts";
import { between } from "./world/chance.ts";
import { labWorld } from "./world.ts";

const maxVolts = 20.6;
const maxAmperes = 5.15;
const measuringMs = 40;

/**
 * A supply of 20 V and 5 A after the Keysight E3640A to E3649A, user's guide E3646-90001, chapters 4 and 5, with the
 * over-current protection of an E36100B. Not checked against a real supply. Assumed: it slews at 40 V/s up and down; a
 * trip leaves `OUTP?` at 0; while local it refuses with 550; its keys are locked while it is remote, but for LOCAL.
 */
export default defineTwin(({ name, clock, share }) => {
  const chance = share(labWorld).chance(name);
  const stage = new OutputStage(clock.now());
  const settings = () => {
    stage.pass(clock.now());
    return stage.settings;
  };
  const change = (wanted: Parameters<OutputStage["change"]>[1]) => {
    stage.change(clock.now(), wanted);
    return undefined;
  };

  /** A number of the manual's range, or the error that refuses it. */
  const within = (max: number, take: (value: number) => void) => (text?: string) => {
    if (text === undefined) return -109;
    const word = text.toUpperCase();
    const value = word === "MAX" ? max : word === "MIN" ? 0 : Number(text.replace(/\s*[VA]$/i, ""));
    if (!Number.isFinite(value)) return -104;
    if (value < 0 || value > max) return -222;
    take(value);
    return undefined;
  };
  const switched = (take: (on: boolean) => void) => (text?: string) => {
    if (text === undefined) return -109;
    if (!/^(ON|OFF|0|1)$/i.test(text)) return -104;
    take(/^(ON|1)$/i.test(text));
    return undefined;
  };
  const flag = (value: boolean) => (value ? "1" : "0");

  const commands: readonly Command[] = [
    ["[SOURce:]VOLTage[:LEVel][:IMMediate][:AMPLitude]", within(maxVolts, (voltage) => change({ voltage }))],
    ["[SOURce:]VOLTage[:LEVel][:IMMediate][:AMPLitude]?", () => exponential(settings().voltage)],
    ["[SOURce:]CURRent[:LEVel][:IMMediate][:AMPLitude]", within(maxAmperes, (current) => change({ current }))],
    ["[SOURce:]CURRent[:LEVel][:IMMediate][:AMPLitude]?", () => exponential(settings().current)],
    ["[SOURce:]VOLTage:PROTection[:LEVel]", within(22, (level) => change({ level }))],
    ["[SOURce:]VOLTage:PROTection[:LEVel]?", () => exponential(settings().level)],
    ["[SOURce:]VOLTage:PROTection:STATe", switched((voltageGuard) => change({ voltageGuard }))],
    ["[SOURce:]VOLTage:PROTection:STATe?", () => flag(settings().voltageGuard)],
    [
      "[SOURce:]VOLTage:PROTection:TRIPped?",
      () => {
        settings();
        return flag(stage.tripped.voltage);
      },
    ],
    [
      "[SOURce:]VOLTage:PROTection:CLEar",
      () => {
        stage.clear("voltage");
        return undefined;
      },
    ],
    ["[SOURce:]CURRent:PROTection:STATe", switched((currentGuard) => change({ currentGuard }))],
    ["[SOURce:]CURRent:PROTection:STATe?", () => flag(settings().currentGuard)],
    [
      "[SOURce:]CURRent:PROTection:TRIPped?",
      () => {
        settings();
        return flag(stage.tripped.current);
      },
    ],
    [
      "[SOURce:]CURRent:PROTection:CLEar",
      () => {
        stage.clear("current");
        return undefined;
      },
    ],
    [
      "OUTPut[:STATe]",
      switched((on) => {
        const { voltage, current } = stage.tripped;
        if (on && (voltage || current)) return instrument.fail(-221);
        return change({ on });
      }),
    ],
    ["OUTPut[:STATe]?", () => flag(settings().on)],
    [
      "MEASure[:SCALar]:VOLTage[:DC]?",
      () => {
        settings();
        return exponential(stage.volts + between(chance, -0.001, 0.001));
      },
    ],
    [
      "MEASure[:SCALar]:CURRent[:DC]?",
      () => {
        settings();
        return exponential(stage.amperes + between(chance, -0.0005, 0.0005));
      },
    ],
  ];

  const instrument = scpiInstrument({
    clock,
    identity: "Agilent Technologies,E3647A,MY40000123,1.7-5.0-1.0",
    needsRemote: true,
    commands,
    reset: () => stage.reset(clock.now()),
    replyMs: (message) => (/MEAS/i.test(message) ? measuringMs : 5),
  });
  /** The keys are locked while a computer has it. */
  const byHand = (act: () => void) => () => {
    if (instrument.local) act();
  };

  const pressOutput = byHand(() => change({ on: !settings().on }));

  return {
    ...instrument,
    keys: { local: instrument.pressLocal, output: pressOutput },
    get errors() {
      return instrument.errors;
    },
    get local() {
      return instrument.local;
    },
    /** The output is on. */
    get on() {
      return settings().on;
    },
    get volts() {
      settings();
      return stage.volts;
    },
    connect: (ohms: number) => change({ load: ohms }),
    /** Something outside drives the output too high. */
    overVoltage: () => stage.overVoltage(clock.now()),
    pressOutput,
    turnKnob: (voltage: number) => byHand(() => change({ voltage }))(),
  };
});
