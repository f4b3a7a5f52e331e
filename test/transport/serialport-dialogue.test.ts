import { afterEach, describe, expect, it } from "vitest";
import { realClock } from "../../src/clock.ts";
import { BenchdError } from "../../src/errors.ts";
import { lines } from "../../src/transport/lines.ts";
import type { SerialOptions } from "../../src/transport/serial.ts";
import { openAlone } from "./dialogue.ts";
import { onPseudoTerminal, overTcp } from "./far-ends.ts";

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

/** How it failed, whether anything may have been done, and what is said about it. */
const failure = (work: Promise<unknown>) =>
  work.then(
    () => "it has succeeded",
    (error: unknown) => (error instanceof BenchdError ? [error.name, error.outcome, error.message] : error),
  );

describe.each([
  ["a serial port", onPseudoTerminal],
  ["a TCP connection", overTcp],
])("a dialogue through %s", (_, make) => {
  const dialogue = async (options: Partial<SerialOptions<string>> = {}) => {
    const far = await make();
    cleanUp.push(far.end);
    const lost: Error[] = [];
    const connection = await openAlone<string>({
      open: far.open,
      options: { baudRate: 4_000_000, codec: lines("\n"), ...options },
      name: "pump",
      clock: realClock,
      alarm: () => {},
      lost: (error) => lost.push(error),
      log: () => {},
    });
    cleanUp.push(() => connection.close());
    return { far, connection, lost };
  };

  it("is carried, split and joined as it may be", async () => {
    const { far, connection } = await dialogue();
    const asked = connection.request("V");
    await expect.poll(far.heard).toBe("V\n");
    far.send(Buffer.from("1."));
    far.send(Buffer.from("2\n"));
    expect(await asked).toBe("1.2");
  });

  it.each([
    ["while an answer is waited for", ""],
    ["between two chunks of an answer", "1."],
  ])("F10: fails, its outcome unknown, when the device goes %s", async (__, said) => {
    const { far, connection, lost } = await dialogue();
    const asked = failure(connection.request("V"));
    await expect.poll(far.heard).toBe("V\n");
    if (said) far.send(Buffer.from(said));
    await far.cut();
    expect(await asked).toEqual(["DisconnectedError", "unknown", expect.stringContaining("pump was disconnected")]);
    expect(lost).toHaveLength(1);
    expect(await failure(connection.request("V"))).toEqual(["DisconnectedError", undefined, expect.any(String)]);
  });

  it("F19: fails when its bytes are not taken, sends nothing more, and gives the device up", async () => {
    const { far, connection, lost } = await dialogue({ replyTimeoutMs: 60, resync: { quietMs: 20, probe: "?" } });
    far.pause();
    let sent: unknown = "it has succeeded";
    while (sent === "it has succeeded") sent = await failure(connection.send("x".repeat(4000)));
    const next = failure(connection.request("NEXT"));
    expect(sent).toEqual(["DeviceTimeoutError", "unknown", expect.stringContaining("pump did not take x")]);
    expect(await next).toEqual(["DisconnectedError", undefined, expect.stringContaining("does not take what is sent")]);
    expect(lost).toHaveLength(1);
    far.resume();
    expect(far.heard()).not.toMatch(/NEXT|\?/);
  });
});
