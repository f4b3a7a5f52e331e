import { expect, test } from "vitest";
import { dialogue } from "./dialogue.ts";

test("noise before a question, which does not go on, does not spoil the answer", async () => {
  const { clock, link, connection } = await dialogue();
  link.device.send(Buffer.from("half a line"));
  await clock.advance(200);
  expect(await clock.until(connection.request("A"))).toBe("<A>");
  await connection.close();
});

test("a message that is coming when a question is sent is still understood as a whole", async () => {
  const heard: string[] = [];
  const { clock, link, connection } = await dialogue({
    unsolicited: { matches: (message) => message.startsWith("!"), receive: (message) => void heard.push(message) },
  });
  link.device.send(Buffer.from("!half "));
  await clock.advance(50);
  const asked = connection.request("A");
  link.device.send(Buffer.from("and half\n"));
  expect([await clock.until(asked), heard]).toEqual(["<A>", ["!half and half"]]);
  await connection.close();
});
