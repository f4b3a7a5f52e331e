import { expect, test } from "vitest";
import { listenForStop, unlessStopped, untilStopped } from "../../src/cli/stop.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { FencedError, InvocationCancelledError } from "../../src/errors.ts";
import { testShell } from "./shell.ts";

/** Something that runs, and writes down how it is ended. */
function running() {
  const steps: string[] = [];
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const say = (level: string) => (_: unknown, message?: string) => void steps.push(`${level} ${message ?? _}`);
  return {
    steps,
    end: () => end(),
    app: { close: async () => void steps.push("close app"), server: { closeAllConnections() {} } },
    gateway: {
      endingMs: 30_000,
      close: ({ graceMs }: { readonly graceMs?: number } = {}) => {
        steps.push(`close gateway, grace ${graceMs ?? "as it is"}`);
        if (graceMs === 0) end();
        return ended;
      },
    },
    log: { info: say("info"), warn: say("warn"), error: say("error"), fatal: say("fatal") },
  };
}

const done = () => new Promise<void>((resolve) => setImmediate(resolve));

test("the first signal ends what runs, with its grace, and listens until that has ended", async () => {
  const shell = testShell();
  const stop = listenForStop(shell);
  const what = running();
  const status = untilStopped(stop, what);
  shell.signal("SIGTERM");
  await done();
  expect(what.steps.slice(1)).toEqual(["close gateway, grace as it is"]);
  what.end();
  expect(await status).toBe(0);
  expect(what.steps.slice(2)).toEqual(["close app", "info ended"]);
});

test("a second signal cuts the grace short", async () => {
  const shell = testShell();
  const clock = new DiscreteClock();
  const what = running();
  const status = untilStopped(listenForStop(shell, clock), what);
  shell.signal("SIGINT");
  await clock.advance(200);
  shell.signal("SIGINT");
  expect(await status).toBe(0);
  expect(what.steps).toContain("close gateway, grace 0");
});

test("another signal is a second one at once", async () => {
  const shell = testShell();
  const what = running();
  const status = untilStopped(listenForStop(shell), what);
  shell.signal("SIGINT");
  shell.signal("SIGTERM");
  expect(await status).toBe(0);
  expect(what.steps).toContain("close gateway, grace 0");
});

test("the same signal within 200 ms is one: npm forwards what the terminal has sent already", async () => {
  const shell = testShell();
  const clock = new DiscreteClock();
  const what = running();
  const status = untilStopped(listenForStop(shell, clock), what);
  shell.signal("SIGINT");
  await clock.advance(199);
  shell.signal("SIGINT");
  await done();
  expect(what.steps).not.toContain("close gateway, grace 0");
  what.end();
  expect(await status).toBe(0);
});

test("a start that ends in nothing is given up at the first signal, when nothing would have to be closed", async () => {
  const shell = testShell();
  const start = unlessStopped(listenForStop(shell), new Promise<string>(() => {}), { clock: new DiscreteClock() });
  shell.signal("SIGTERM");
  shell.signal("SIGINT");
  expect(await start).toBeUndefined();
});

test("what is being opened has its grace to be opened, so that it can be closed", async () => {
  const shell = testShell();
  const clock = new DiscreteClock();
  let open = (_: string) => {};
  const opening = new Promise<string>((resolve) => {
    open = resolve;
  });
  const start = unlessStopped(listenForStop(shell), opening, { graceMs: 7000, clock });
  shell.signal("SIGTERM");
  await clock.advance(6999);
  open("the gateway");
  expect(await start).toBe("the gateway");
});

test("what is still being opened after its grace is given up, after an error that nobody caught with that error", async () => {
  const clock = new DiscreteClock();
  const shells = [testShell(), testShell()];
  const [first, second] = shells.map((shell) =>
    unlessStopped(listenForStop(shell), new Promise<string>(() => {}), { graceMs: 7000, clock }),
  );
  shells[0]?.signal("SIGTERM");
  shells[1]?.fail(new Error("nobody caught this"));
  await Promise.all([clock.advance(7000), expect(second).rejects.toThrow("nobody caught this")]);
  expect(await first).toBeUndefined();
});

test("a signal that came while everything was still opening is not lost", async () => {
  const shell = testShell();
  const stop = listenForStop(shell);
  shell.signal("SIGTERM");
  const what = running();
  what.end();
  expect(await untilStopped(stop, what)).toBe(0);
});

test("an error that nobody caught ends everything at once, and fails", async () => {
  const shell = testShell();
  const what = running();
  const status = untilStopped(listenForStop(shell), what);
  shell.fail(new Error("nobody caught this"));
  expect(await status).toBe(1);
  expect(what.steps[0]).toContain("fatal a fault in benchd itself");
  expect(what.steps).toContain("close gateway, grace 0");
});

const leftBehind = [
  new InvocationCancelledError("cancelled by ada (client)", "client"),
  new FencedError("pump/dispense has ended"),
];

for (const error of leftBehind) {
  test(`a wait that a driver has left behind, and that ended with ${error.name}, is told and ends nothing`, async () => {
    const shell = testShell();
    const what = running();
    const status = untilStopped(listenForStop(shell), what);
    shell.fail(error);
    await done();
    expect(what.steps).toEqual([]);
    expect(shell.told).toEqual([`a wait of ended work was left behind by its driver: ${error.message}`]);
    what.end();
    shell.signal("SIGTERM");
    expect(await status).toBe(0);
  });
}

test("an error while ending makes the end fail, too", async () => {
  const shell = testShell();
  const what = running();
  const status = untilStopped(listenForStop(shell), what);
  shell.signal("SIGTERM");
  await done();
  shell.fail(new Error("nobody caught this"));
  expect(await status).toBe(1);
});

test("released, nothing of the process is listened to any more", () => {
  const shell = testShell();
  const stop = listenForStop(shell);
  expect(shell.listeners).toBe(2);
  stop.release();
  expect(shell.listeners).toBe(0);
});

test.each([
  ["a signal", (shell: ReturnType<typeof testShell>) => shell.signal("SIGTERM")],
  ["a fault in benchd", (shell: ReturnType<typeof testShell>) => shell.fail(new Error("nobody caught this"))],
])("what does not come to rest after %s is given up in its time, and the status says so", async (_, ask) => {
  const shell = testShell();
  const clock = new DiscreteClock();
  const what = running();
  const gateway = { ...what.gateway, close: () => new Promise<void>(() => {}) };
  const status = untilStopped(listenForStop(shell, clock), { ...what, gateway }, clock);
  ask(shell);
  await clock.advance(29_000);
  expect(what.steps).not.toContain("close app");
  await clock.advance(2000);
  expect(await status).toBe(1);
  expect(what.steps.join()).toMatch(/error it does not come to rest.*close app,info ended$/);
});
