import { defineConfig } from "vitest/config";

/** They break the engine on purpose, or weigh the memory of their own. */
const alone = ["test/soak/*.test.ts"];

/**
 * With a test, and with what stands before and after it, such as the first start of a browser. A third of it is for
 * what happens in real time: it costs nothing where all is well, and a machine may have other things to do.
 */
const patience = (ms: number) => ({ testTimeout: ms, hookTimeout: ms, expect: { poll: { timeout: ms / 3 } } });

export default defineConfig({
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    environment: "node",
    // In a worker thread the native serial port would abort the process.
    pool: "forks",
    // More than there are processors: each waits now and then, for a disk or for real time.
    maxWorkers: "150%",
    unstubGlobals: true,
    globalSetup: ["test/scratch-folder.ts"],
    setupFiles: ["test/same-inputs.ts"],
    ...patience(60_000),
    coverage: { include: ["src/**", "drivers/**"] },
    projects: [
      { extends: true, test: { name: "alone", include: alone } },
      // Nothing of ours keeps state in a module: to load all of it anew for each file is most of what a file costs.
      // A second for each Thing: not in `npm test`.
      { extends: true, test: { name: "thorough", include: ["test/**/*.thorough.ts"], ...patience(120_000) } },
      // With a real mosquitto, and gateways as processes of their own.
      {
        extends: true,
        test: { name: "broker", include: ["test/mqtt/**/*.broker.ts"], maxWorkers: 1, ...patience(180_000) },
      },
      // In a real Chromium, on the built gateway.
      {
        extends: true,
        test: { name: "browser", include: ["test/browser/**/*.browser.ts"], maxWorkers: 1, ...patience(180_000) },
      },
      {
        extends: true,
        test: {
          name: "together",
          include: ["test/**/*.test.ts", "templates/driver/*.test.ts"],
          exclude: alone,
          isolate: false,
          // What one test leaves in the heap is gone before it is old: half of what the collector costs.
          execArgv: ["--max-semi-space-size=32"],
        },
      },
    ],
  },
});
