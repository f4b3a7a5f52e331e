import balanceDriver from "../../drivers/balance.ts";
import ecDriver from "../../drivers/ec.ts";
import phDriver from "../../drivers/ph.ts";
import rtdDriver from "../../drivers/rtd.ts";
import stageDriver from "../../drivers/stage.ts";
import pumpDriver from "../../drivers/syringe-pump.ts";
import xyDriver from "../../drivers/xy.ts";
import balanceTwin from "../../hardware-mocks/balance.ts";
import ecTwin from "../../hardware-mocks/ec.ts";
import phTwin from "../../hardware-mocks/ph.ts";
import rtdTwin from "../../hardware-mocks/rtd.ts";
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
