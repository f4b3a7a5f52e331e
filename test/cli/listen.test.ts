import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { assertFree, ListenError, listenError } from "../../src/cli/listen.ts";

test("a free address passes, and is free again afterwards", async () => {
  await assertFree({ host: "127.0.0.1", port: 0 });
});

test("an address that is taken is refused with what to do", async () => {
  const other = createServer();
  other.listen({ host: "127.0.0.1", port: 0 });
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const refused = assertFree({ host: "127.0.0.1", port });
  await expect(refused).rejects.toBeInstanceOf(ListenError);
  await expect(refused).rejects.toThrow(`cannot listen on 127.0.0.1 port ${port}: another program listens there`);
  other.close();
});

test.each([
  ["EACCES", "ports below 1024 are for root"],
  ["EADDRNOTAVAIL", "this machine has no such address"],
])("%s is told in plain words", (code, words) => {
  const cause = Object.assign(new Error(code), { code });
  const error = listenError({ host: "::1", port: 80 }, cause);
  expect(error.message).toContain(words);
  expect(error.cause).toBe(cause);
});
