import balanceDriver from "../../drivers/balance.ts";
import stageDriver from "../../drivers/stage.ts";
import pumpDriver from "../../drivers/syringe-pump.ts";
import balanceTwin from "../../hardware-mocks/balance.ts";
import stageTwin from "../../hardware-mocks/stage.ts";
import pumpTwin from "../../hardware-mocks/syringe-pump.ts";

/** Things that more than one bench needs. */
export const pump = { definition: pumpDriver, twin: pumpTwin, config: { diameter: 26.59, syringeVolume: 60 } };
export const balance = { definition: balanceDriver, twin: balanceTwin };
export const stage = { definition: stageDriver, twin: stageTwin };
