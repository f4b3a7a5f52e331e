import { defineConfig } from "vitest/config";

export default defineConfig({
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: ["test/**/*.test.ts"],
    environment: "node",
    // In a worker thread the native serial port would abort the process.
    pool: "forks",
    // All of them: each waits now and then.
    maxWorkers: "100%",
    unstubGlobals: true,
    testTimeout: 30_000,
    // Of what happens in real time, on a machine that has other things to do.
    expect: { poll: { timeout: 10_000 } },
    coverage: { include: ["src/**", "drivers/**"] },
  },
});
