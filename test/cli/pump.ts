import { closeSync, constants, mkdtempSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ttyOf } from "../../src/transport/tty.ts";
import { client, ends } from "./client.ts";
import { bench, benchd, listening, main, started } from "./installed.ts";

/** Computes for four fifths of the time, for as long as it runs. */
const burner = `import { defineThing, sleep, Type } from "benchd/driver";
const burn = () => { for (const end = performance.now() + 16; performance.now() < end; ); };
export default defineThing({
  title: "Burner",
  config: Type.Object({}),
  actions: { burn: { title: "Burn" } },
  open: async () => ({ invoke: { burn: async () => { for (;;) { burn(); await sleep(4); } } } }),
});`;

/** A gateway with a pump behind a real line, whose other end lives in a process of its own, and outlives the gateway. */
export async function withPump() {
  const at = mkdtempSync(join(bench, "pump-"));
  const twin = started(process.execPath, [main, "simulate", "syringe-pump", "--pty"], bench);
  const port = await new Promise<string>((resolve) => twin.lines.once("line", resolve));
  const line = openSync(port, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const tty = await ttyOf(line);
  const config = join(at, "benchd.yaml");
  writeFileSync(join(at, "burner.mjs"), burner);
  writeFileSync(
    config,
    `stateDirectory: ./state
things:
  pump: { driver: syringe-pump, serial: ${port}, config: { diameter: 26.59, syringeVolume: 60 } }
  counter: { driver: counter }
  burner: { driver: ./burner.mjs }
interlocks:
  counted: { thing: counter, property: counter, equals: 0, outputs: [pump.motor] }
`,
  );
  const start = async () => {
    // As its other end has it open all the time, it stays closed to everyone when a gateway was killed.
    tty.admit();
    const gateway = benchd("serve", "--port", "0", "--config", config);
    const logged: string[] = [];
    gateway.lines.on("line", (line) => logged.push(line));
    return { ...gateway, ...client(await listening(gateway)), logged, end: () => ends(gateway) };
  };
  const end = () => {
    closeSync(line);
    return ends(twin);
  };
  return { state: join(at, "state"), start, end };
}
