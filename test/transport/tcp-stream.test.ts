import { createServer } from "node:net";
import { expect, test } from "vitest";
import { DisconnectedError } from "../../src/errors.ts";
import { openTcp } from "../../src/transport/tcp-stream.ts";
import { ear, overTcp } from "./far-ends.ts";

const settings = { baudRate: 9600 };

test("F20: a serial server that does not listen is refused with its address, and what to check", async () => {
  const far = await overTcp();
  await far.end();
  const open = openTcp({ host: "127.0.0.1", port: far.port });
  const near = ear();
  const refused = open(settings, near.listener);
  await expect(refused).rejects.toBeInstanceOf(DisconnectedError);
  await expect(refused).rejects.toThrow(
    `tcp://127.0.0.1:${far.port} cannot be reached (ECONNREFUSED): check its power, its network, and that nobody else has it open`,
  );
  expect(near.ends).toEqual([]);
});

test("F10: a serial server that says good-bye has ended the connection, though it might still listen", async () => {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const near = ear();
  const port = typeof address === "object" && address ? address.port : 0;
  const stream = await openTcp({ host: "127.0.0.1", port })(settings, near.listener);
  expect(String((await near.end())?.cause)).toMatch(/has ended the connection/);
  await stream.close();
  await new Promise((resolve) => server.close(resolve));
});

test("F19: a serial server that takes nothing is given up after its time", async () => {
  const far = await overTcp();
  far.pause();
  const near = ear();
  const stream = await openTcp({ host: "127.0.0.1", port: far.port }, { writeTimeoutMs: 100 })(
    { baudRate: 1_000_000_000 },
    near.listener,
  );
  await expect(stream.write(Buffer.alloc(16 * 1024 * 1024))).rejects.toBeInstanceOf(DisconnectedError);
  expect(String((await near.end())?.cause)).toMatch(/has taken nothing for/);
  await stream.close();
  await far.end();
});
