import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { unitProblem } from "../../../src/thing/ucum/parse.ts";

describe("a unit of UCUM", () => {
  it.each(
    (
      "1 % m s g kg mg ug ng mL uL L l nL mL/min mL/h uL/s ml/min g/mL mol/L mmol/L umol.L-1 Cel mCel K mK K/min [degF] V mV uV A mA " +
      "uA Ohm kOhm MOhm W mW Hz kHz MHz GHz Pa kPa mbar bar hPa atm [psi] m[Hg] mm[Hg] cm[H2O] N mN N.m J kJ cal_th lx lm cd S uS/cm mS/cm " +
      "[pH] [ppm] [ppb] [ppth] deg deg/s rad mrad sr min h d wk a um nm mm cm mm/s mm/s2 m/s m2 m3 cm-1 /s /min /L 1/s " +
      "10*3/uL 10^6/mL 10*-6 10* {step} {step}/s {pixel} m{total} mg{dry}/L kg/(m.s2) (m) m+2 (mol/L)/s ((g)) cal_[15] B[SPL] dB " +
      "dB[uV] [iU] k[iU]/L [arb'U] [CFU]/mL Ao nT mT G mG By KiBy kBy bit Bd [in_i] [in_i'Hg] ' '' eV keV u t U/L mU/mL kat g% V/s " +
      "mL.m-2 100 100.m cL/d %[slope] L/min/m2 [p'diop] m[H2O] cd/m2 pc Pa.s mPa.s"
    ).split(" "),
  )("%s is one", (unit) => {
    expect(unitProblem(unit)).toBeUndefined();
  });

  it.each([
    ["", "empty"],
    ["°C", "°C is no unit"],
    ["µL", "µL is no unit"],
    ["ML/Min", "Min is no unit"],
    ["sec", "sec is no unit"],
    ["rpm", "rpm is no unit"],
    ["ohm", "ohm is no unit"],
    ["mmin", "mmin is no unit"],
    ["kdeg", "kdeg is no unit"],
    ["m%", "m% is no unit"],
    ["xm", "xm is no unit"],
    ["kk", "kk is no unit"],
    ["mLmin", "mLmin is no unit"],
    ["constructor", "constructor is no unit"],
    ["mL / min", 'expected at " / min"'],
    ["mL min", 'expected at " min"'],
    ["mL//min", 'expected at "/min"'],
    ["mL/", "breaks off"],
    ["m.", "breaks off"],
    ["/", "breaks off"],
    ["(m", "not closed"],
    ["m)", 'expected at ")"'],
    ["()", 'expected at ")"'],
    ["m^2", "m^ is no unit"],
    ["m2s", 'expected at "s"'],
    ["m--1", 'expected at "--1"'],
    ["0", 'expected at "0"'],
    ["-1", 'expected at "-1"'],
    ["{a b}", "annotation"],
    ["{", "annotation"],
    ["{a}{b}", 'expected at "{b}"'],
    ["m{a}2", 'expected at "2"'],
    ["[", 'expected at "["'],
    ["[ppm", 'expected at "[ppm"'],
    ["Cel/min", "Cel stands alone"],
    ["J/Cel", "Cel stands alone"],
    ["/Cel", "Cel stands alone"],
    ["Cel2", "Cel stands alone"],
    ["mV/[pH]", "[pH] stands alone"],
    ["dB/m", "dB stands alone"],
    [`${"(".repeat(200)}m`, "longer than"],
  ])("%j is none", (unit, why) => {
    expect(unitProblem(unit)?.message).toContain(why);
  });

  it("is judged whatever is written, and never fails by that", () => {
    const signs = fc.constantFrom(..."mLs.//()[]{}2-+10*^ °%'Cel".split(""));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(signs).map((all) => all.join("")),
        ),
        (text) => {
          const problem = unitProblem(text);
          expect(problem === undefined || problem.message.length > 0).toBe(true);
        },
      ),
    );
  });

  it("may be put together from others that are none of the special", () => {
    const unit = fc.constantFrom("m", "kg", "mL", "10*3", "{step}", "min", "[ppm]", "7");
    fc.assert(
      fc.property(unit, unit, unit, fc.constantFrom(".", "/"), (a, b, c, sign) => {
        expect(unitProblem(`${a}${sign}(${b}/${c})`)).toBeUndefined();
      }),
    );
  });
});

it.each(["drivers", "hardware-mocks", "soak", "benchmarks", "docs"])(
  "everything in %s is in units of UCUM",
  (folder) => {
    const root = new URL(`../../../${folder}/`, import.meta.url).pathname;
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => /\.(ts|md)$/.test(name));
    const found = files.flatMap((name) =>
      [...readFileSync(join(root, name), "utf8").matchAll(/\bunit: "([^"]*)"/g)].map(([, unit = ""]) => ({
        name,
        unit,
      })),
    );
    expect(found.filter(({ unit }) => unitProblem(unit))).toEqual([]);
    if (folder !== "soak") expect(found.length).toBeGreaterThan(1);
  },
);
