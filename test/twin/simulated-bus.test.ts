import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import type { OpenByteStream } from "../../src/transport/byte-stream.ts";
import { memoryLink } from "../../src/transport/memory-stream.ts";
import { SimulatedBus } from "../../src/twin/simulated-bus.ts";

const settings = { baudRate: 9600 };
const listener = { data() {}, closed() {} };

test("a bus is there when all of its devices are", async () => {
  const links = [memoryLink(new DiscreteClock()), memoryLink(new DiscreteClock())] as const;
  const bus = new SimulatedBus(links.map(({ open }) => open)).open;
  expect(await bus.present?.()).toBe(true);
  links[1].device.unplug();
  expect(await bus.present?.()).toBe(false);
});

test("a bus that is unplugged while it is opened keeps none of its devices", async () => {
  const links = [memoryLink(new DiscreteClock()), memoryLink(new DiscreteClock())] as const;
  const second: OpenByteStream = async (...asked) => {
    links[0].device.unplug();
    return links[1].open(...asked);
  };
  await (await new SimulatedBus([links[0].open, second]).open(settings, listener)).close();
  await expect(links[1].open(settings, listener)).resolves.toBeDefined();
});
