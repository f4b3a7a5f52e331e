/**
 * A gateway with a Thing on a serial port, a camera and an emergency stop button, as it is served. It fills the lane and
 * the disk, and presses the button, as it is told.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import estopTwin from "../../hardware-mocks/estop-button.ts";
import { realClock } from "../../src/clock.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { type Catalogue, openCatalogue } from "../../src/gateway/catalogue.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { buildApp } from "../../src/http/app.ts";
import { loadLibc } from "../../src/transport/libc.ts";
import { openSerialPort } from "../../src/transport/serialport.ts";
import { stopper } from "../stopper.ts";

const [path = ""] = process.argv.slice(2);
const ours = openCatalogue();
let button: ReturnType<typeof estopTwin> | undefined;
const catalogue: Catalogue = {
  names: async () => [...(await ours.names()), "stopper"],
  definition: async (driver) => (driver === "stopper" ? stopper : ours.definition(driver)),
  // A real port in a mock bench, whose pins are simulated.
  async twin(driver, twin) {
    if (driver === "stopper") return () => ({ open: openSerialPort(path) });
    if (driver !== "estop-button") return ours.twin(driver, twin);
    return (context) => {
      button = estopTwin(context);
      return button;
    };
  },
};
const state = mkdtempSync(join(tmpdir(), "benchd-emergency-"));
process.on("exit", () => rmSync(state, { recursive: true }));
const text = `stateDirectory: ${state}
history: { whenFull: run }
things:
  stopper: { driver: stopper, serial: ${path} }
  camera: { driver: camera }
  estop: { driver: estop-button, gpio: { contact: { line: 24, pull: up, activeLow: true } } }`;
const config = await checkBench(text, "benchmark.yaml", catalogue);
const gateway = await Gateway.open({ config, catalogue, clock: realClock, mock: true, log: () => {} });
const app = await buildApp({ gateway, config, log: pino({ level: "silent" }) });
await app.listen({ host: "127.0.0.1", port: 0 });

/** No file may grow beyond this, as on a full disk; -1: as it likes. */
const { libc } = await loadLibc("limits");
const setrlimit: (what: number, limit: BigInt64Array) => number = libc.func(
  "int setrlimit(int what, const int64_t *limit)",
);
const limitFiles = (bytes: bigint) => setrlimit(1, new BigInt64Array([bytes, -1n]));
// By default it ends the process.
process.on("SIGXFSZ", () => {});

const wishes = {
  /** 100 wait behind the one that runs. */
  fill() {
    for (let n = 0; n < 101; n++) gateway.thing("stopper").invoke("work", {}, { requestedBy: "a benchmark" });
  },
  full: () => limitFiles(8192n),
  free: () => limitFiles(-1n),
  press: () => button?.press(),
  release: () => button?.release(),
};
process.on("message", (wish: keyof typeof wishes) => {
  const at = process.hrtime.bigint();
  wishes[wish]();
  process.send?.(String(at));
});
const address = app.server.address();
if (typeof address === "object") process.send?.(address?.port);
process.on("disconnect", () => process.exit(0));
