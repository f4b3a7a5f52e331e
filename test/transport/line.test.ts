import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import type { OpenByteStream } from "../../src/transport/byte-stream.ts";
import { Line } from "../../src/transport/line.ts";
import { lines } from "../../src/transport/lines.ts";
import { openOn, outcome } from "./dialogue.ts";

test("F10: a port that goes as it is opened is free before it is opened again", async () => {
  const clock = new DiscreteClock();
  const happened: string[] = [];
  const open: OpenByteStream = async (_, listener) => {
    happened.push("opened");
    listener.closed(new Error("pulled out"));
    const close = () =>
      new Promise<void>((resolve) =>
        clock.after(100, () => {
          happened.push("closed");
          resolve();
        }),
      );
    return { write: () => Promise.resolve(), close };
  };
  const line = new Line<string>({ name: "pump", clock, open, shared: false });
  const attempt = () => outcome(openOn(line, { clock, options: { baudRate: 9600, codec: lines("\n") }, lost() {} }));
  expect(await clock.until(attempt())).toBe("DisconnectedError");
  expect(await clock.until(attempt())).toBe("DisconnectedError");
  expect(happened).toEqual(["opened", "closed", "opened"]);
});
