import balanceDriver from "../../drivers/balance.ts";
import ecDriver from "../../drivers/ec.ts";
import phDriver from "../../drivers/ph.ts";
import psuDriver from "../../drivers/psu.ts";
import rtdDriver from "../../drivers/rtd.ts";
import scpiDriver from "../../drivers/scpi.ts";
import stageDriver from "../../drivers/stage.ts";
import pumpDriver from "../../drivers/syringe-pump.ts";
import xyDriver from "../../drivers/xy.ts";
import balanceTwin from "../../hardware-mocks/balance.ts";
import ecTwin from "../../hardware-mocks/ec.ts";
import phTwin from "../../hardware-mocks/ph.ts";
import psuTwin from "../../hardware-mocks/psu.ts";
import rtdTwin from "../../hardware-mocks/rtd.ts";
import scpiTwin from "../../hardware-mocks/scpi.ts";
import stageTwin from "../../hardware-mocks/stage.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";
import xyTwin from "../../hardware-mocks/xy.ts";

/** Things that more than one bench needs. */
export const pump = { definition: pumpDriver, twin: pumpTwin, config: { diameter: 26.59, syringeVolume: 60 } };
export const balance = { definition: balanceDriver, twin: balanceTwin };
export const stage = { definition: stageDriver, twin: stageTwin };
export const ph = { definition: phDriver, twin: phTwin, config: { baudRate: 9600 } };
export const ec = { definition: ecDriver, twin: ecTwin, config: { baudRate: 9600, probeConstant: 1 } };
export const rtd = { definition: rtdDriver, twin: rtdTwin, config: { baudRate: 9600 } };
export const xy = {
  definition: xyDriver,
  twin: xyTwin,
  config: { x: { min: -200, max: 0 }, y: { min: -150, max: 0 } },
};
export const psu = { definition: psuDriver, twin: psuTwin, config: { maxVoltage: 15, maxCurrent: 3, overVoltage: 18 } };
/** A multimeter by configuration alone. */
export const dmm = {
  definition: scpiDriver,
  twin: scpiTwin,
  config: {
    identify: "34401A",
    onOpen: ["SYST:REM"],
    onClose: ["SYST:LOC"],
    stop: ["ABOR"],
    properties: {
      voltage: { title: "Voltage", query: "MEAS:VOLT?", unit: "V" },
      resistance: { query: "MEAS:RES?", unit: "Ohm" },
      cycles: { query: "VOLT:NPLC?", set: "VOLT:NPLC {value}", minimum: 0.02, maximum: 100 },
      samples: { query: "SAMP:COUN?", set: "SAMP:COUN {value}", type: "integer", minimum: 1, maximum: 1000 },
      format: { query: "FORM?", set: "FORM {value}", type: "enum", values: ["ASC", "REAL"] },
      display: { query: "DISP:TEXT?", set: "DISP:TEXT {value}", type: "string" },
      text: { query: "FORM ASC;:READ?", type: "block", unit: "V", timeoutMs: 60_000 },
      trace: { query: "FORM REAL;:READ?", type: "block", format: "float64", unit: "V", timeoutMs: 60_000 },
    },
    actions: {
      sample: {
        title: "Take a row of samples",
        command: ["FORM ASC", "SAMP:COUN {count}", "INIT"],
        input: { count: { type: "integer", minimum: 1, maximum: 1000 } },
        waits: true,
        query: "FETC?",
        output: { type: "block", unit: "V" },
      },
      show: { command: "DISP:TEXT {text}", input: { text: { type: "string" } } },
      clear_display: { command: "DISP:TEXT:CLE" },
    },
  },
} as const;
