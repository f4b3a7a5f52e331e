import { Type } from "benchd/driver";

const Celsius = Type.Number({ unit: "Cel" });
const Kelvin = (options: { readonly default: number; readonly description: string }) =>
  Type.Number({ exclusiveMinimum: 0, maximum: 1000, unit: "K", ...options });
const Seconds = (options: { readonly default: number; readonly description: string }) =>
  Type.Number({ exclusiveMinimum: 0, maximum: 86_400, unit: "s", ...options });

/** What every regulated heater wants to know, whatever drives it. */
export const config = {
  maxTemperature: Type.Number({ maximum: 2000, unit: "Cel", description: "Hotter than this is a fault" }),
  minTemperature: Type.Number({
    minimum: -273.15,
    default: -5,
    unit: "Cel",
    description: "A probe that tells less is broken",
  }),
  proportionalBand: Kelvin({ default: 4, description: "So much colder than the setpoint, it heats at full power" }),
  integralTime: Seconds({ default: 300, description: "The slower the vessel, the longer" }),
  checkTime: Seconds({ default: 120, description: "Over this time the heater is checked; more than the probe's lag" }),
  minGain: Kelvin({ default: 2, description: "What full power gains in that time at least" }),
  maxChange: Kelvin({ default: 40, description: "What the temperature never changes by in that time" }),
  staleAfter: Seconds({ default: 5, description: "Without a reading for so long, the probe is lost" }),
};

export const properties = {
  temperature: { title: "Temperature of the probe", schema: Celsius, readOnly: true, observable: true },
  power: {
    title: "Share of full power",
    schema: Type.Number({ minimum: 0, maximum: 1, unit: "1" }),
    readOnly: true,
    observable: true,
    maxAgeMs: 0,
  },
  state: {
    title: "What the heater does",
    schema: Type.Enum(["off", "approaching", "holding", "fault"]),
    readOnly: true,
    observable: true,
    maxAgeMs: 0,
  },
  fault: {
    title: "Why it has switched itself off, until that is cleared",
    schema: Type.Union([Type.String(), Type.Null()]),
    readOnly: true,
    observable: true,
    maxAgeMs: 0,
  },
} as const;

/** The property `setpoint`, which drives the output `drives`. */
export const setpoint = <const Name extends string>(drives: Name) =>
  ({
    title: "Temperature to hold; null is off",
    schema: Type.Union([Celsius, Type.Null()]),
    drives,
    observable: true,
    maxAgeMs: 0,
  }) as const;

export const actions = {
  heat_to: {
    title: "Bring it to a temperature, and wait until that is stable",
    input: Type.Object({
      temperature: Celsius,
      tolerance: Kelvin({ default: 0.5, description: "As near as this" }),
      stableFor: Seconds({ default: 30, description: "For so long" }),
      hold: Type.Boolean({ default: true, description: "Go on holding it afterwards" }),
    }),
    output: Type.Object({ temperature: Celsius }),
  },
  clear_fault: { title: "Somebody has looked: let it be switched on again", idempotent: true },
} as const;

export const events = {
  tripped: { title: "It has switched itself off", data: Type.Object({ reason: Type.String() }) },
};
