import { DiscreteClock } from "../../../src/discrete-clock.ts";
import { checkBench } from "../../../src/gateway/bench.ts";
import { type Catalogue, type MakeTwin, openCatalogue } from "../../../src/gateway/catalogue.ts";
import { Gateway } from "../../../src/gateway/gateway.ts";
import type { GatewayOptions } from "../../../src/gateway/gateway-options.ts";
import type { ReloadAsked } from "../../../src/gateway/reload/reloads.ts";
import type { Frame } from "../../../src/invocation/frame.ts";

type Options = Pick<GatewayOptions, "heldLines" | "safeMode" | "clockTrusted"> & {
  readonly suspended?: (frame: Frame) => void;
  /** Instead of the drivers' own twins. */
  readonly twin?: MakeTwin;
};

/** Drivers as they are, and twins as a test wants them. */
function catalogueWith(twin: MakeTwin | undefined, from: Catalogue = openCatalogue()): Catalogue {
  const renewed = () => catalogueWith(twin, from.renewed?.() ?? from);
  return { ...from, ...(twin && { twin: async () => twin }), renewed };
}

/** The real gateway with real drivers on twins, in virtual time, and a file that a test writes anew. */
export async function openReloadable(text: string, { twin, ...options }: Options = {}) {
  const clock = new DiscreteClock();
  const processClock = new DiscreteClock();
  const logged: string[] = [];
  let now = text;
  let read = text;
  const catalogue = catalogueWith(twin);
  const reread = (renewed: Catalogue) => {
    read = now;
    return checkBench(read, "test.yaml", renewed, { mock: true });
  };
  const gateway = await clock.until(
    reread(catalogue).then((config) =>
      Gateway.open({
        ...{ config, catalogue, reread, clock, processClock, mock: true },
        log: (thing, level, message) => void logged.push(`${level} ${thing}: ${message}`),
        ...options,
      }),
    ),
  );
  const begin = (next: string, asked: Partial<ReloadAsked> = {}) => {
    now = next;
    return gateway.reloads.reload({ by: "ada", busy: "refuse", ...asked });
  };
  return {
    ...{ gateway, clock, processClock, logged },
    /** What the file said when it was read last. */
    read: () => read,
    /** Have the file say that. */
    write: (next: string) => {
      now = next;
    },
    /** Have the file say that, and begin to reload. */
    begin,
    /** And let time pass until that is done. */
    reload: (next: string, asked?: Partial<ReloadAsked>) => clock.until(begin(next, asked)),
    events: (after = 0) => gateway.events.after(after).events.map(({ event }) => event),
    close: () => clock.until(gateway.close()),
  };
}
