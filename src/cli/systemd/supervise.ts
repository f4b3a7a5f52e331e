import type { Logger } from "pino";
import { realClock } from "../../clock.ts";
import type { Config } from "../../gateway/config/config.ts";
import { DiskSpace } from "../../gateway/disk-space.ts";
import { Garbage } from "../../gateway/garbage.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { LoopLag } from "../../gateway/loop-lag.ts";
import type { Shell } from "../shell.ts";
import type { Supervisor } from "./supervisor.ts";
import { Watchdog, watchdogMs } from "./watchdog.ts";

interface Supervised {
  readonly gateway: Gateway;
  readonly config: Pick<Config, "stateDirectory">;
  readonly url: string;
  readonly supervisor: Supervisor;
  readonly shell: Shell;
  readonly log: Logger;
}

/** While it listens: judge whether the gateway is well, and keep the service manager informed. Returns how to stop that. */
export function supervise({ gateway, config, url, supervisor, shell, log }: Supervised): () => void {
  const lag = new LoopLag(realClock);
  const garbage = new Garbage();
  const { stateDirectory } = config;
  const disk = stateDirectory === undefined ? undefined : new DiskSpace({ folder: stateDirectory, clock: realClock });
  const ends = [
    ...(disk ? [gateway.health.add(disk), () => disk.stop()] : []),
    gateway.health.add(lag),
    gateway.figures.add(() => [...lag.metrics(), ...garbage.metrics(), ...(disk?.metrics() ?? [])]),
    () => lag.stop(),
    () => garbage.stop(),
  ];
  const status = () => statusOf(gateway, url);
  supervisor.ready(status());
  const withinMs = watchdogMs(shell.environment, process.pid);
  const watchdog =
    withinMs === undefined
      ? undefined
      : new Watchdog({
          supervisor,
          clock: realClock,
          withinMs,
          look: () => gateway.health.look(),
          status,
          log: (level, message) => log[level](message),
        });
  return () => {
    watchdog?.stop();
    for (const end of ends) end();
  };
}

function statusOf({ things, safeMode }: Gateway, url: string): string {
  if (safeMode !== undefined) return safeMode;
  const all = [...things.values()];
  const absent = all.filter(({ state }) => state !== "ready").map(({ name, state }) => `${name} is ${state}`);
  const ready = `${all.length - absent.length} of ${all.length} Things are ready on ${url}`;
  return absent.length === 0 ? ready : `${ready}; ${absent.slice(0, 5).join(", ")}${absent.length > 5 ? ", …" : ""}`;
}
