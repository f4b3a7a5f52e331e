import { DiscreteClock } from "../../src/discrete-clock.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import type { Frame } from "../../src/invocation/frame.ts";

const catalogue = openCatalogue();

interface Options {
  readonly suspended?: (frame: Frame) => void;
  readonly clock?: DiscreteClock;
  readonly safeMode?: string;
}

/** The real gateway with real drivers on twins, in virtual time; `text` is a benchd.yaml. */
export async function openGateway(text: string, { suspended, safeMode, clock = new DiscreteClock() }: Options = {}) {
  const logged: string[] = [];
  const processClock = new DiscreteClock();
  const gateway = await clock.until(
    checkBench(text, "test.yaml", catalogue, { mock: true }).then((config) =>
      Gateway.open({
        config,
        catalogue,
        clock,
        processClock,
        mock: true,
        log: (thing, level, message) => void logged.push(`${level} ${thing}: ${message}`),
        suspended,
        safeMode,
      }),
    ),
  );
  return { gateway, clock, processClock, logged };
}
