import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { realClock } from "../../src/clock.ts";
import { servicesOf } from "../../src/discovery/announcement.ts";
import { Announcer } from "../../src/discovery/announcer.ts";
import { Patient } from "../../src/discovery/patient.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";

const bench = {
  ...{ hostname: "bench-3.lab.example", port: 5000, secure: true, prefix: "" },
  installation: "3f2a9c01-0000-4000-8000-000000000000",
};

test("what is announced: the directory as W3C has it, and a LabThing; no Thing, no version, nothing secret", () => {
  const name = "benchd bench-3 3f2a9c01";
  const common = { name, port: 5000, host: "bench-3.local", probe: false };
  expect(servicesOf(bench)).toEqual([
    {
      ...{ ...common, type: "wot", subtypes: ["directory"] },
      txt: { td: "/.well-known/wot", type: "Directory", scheme: "https" },
    },
    { ...common, type: "labthing", txt: { path: "/", title: name, id: bench.installation, scheme: "https" } },
  ]);
  const [, plain] = servicesOf({ ...bench, secure: false, prefix: "/api/v1" });
  expect(plain?.txt).toMatchObject({ path: "/api/v1", scheme: "http" });
});

test.each(["", "...", "-".repeat(300), "a".repeat(300), "bänch\u0000\n<script>.x", "ünï cödé\u202e"])(
  "a machine may call itself what it likes (%j): names are labels of DNS",
  (hostname) => {
    for (const { name, host } of servicesOf({ ...bench, hostname })) {
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
      expect(name).toMatch(/^benchd [A-Za-z0-9-]+ 3f2a9c01$/);
      expect(host).toMatch(/^[A-Za-z0-9-]{1,63}\.local$/);
    }
  },
);

test("two machines of one image have names of their own", () => {
  const [one, other] = [bench, { ...bench, installation: "77777777-0000-4000-8000-000000000000" }].map(
    (each) => servicesOf(each)[0]?.name,
  );
  expect(one).not.toBe(other);
});

test("so much is answered in a second, and no more", async () => {
  const clock = new DiscreteClock();
  const patient = new Patient(clock);
  const asked = () => Array.from({ length: 1000 }, () => patient.takes()).filter(Boolean).length;
  expect(asked()).toBe(50);
  await clock.advance(1000);
  expect(asked()).toBe(50);
});

/** Somebody on the network, here the loopback, in a group and at a port that nobody else uses. */
async function neighbour() {
  const socket: Socket = createSocket({ type: "udp4", reuseAddr: true });
  const packets: Buffer[] = [];
  const waiting = new Set<() => void>();
  socket.on("message", (packet) => {
    packets.push(packet);
    for (const look of waiting) look();
  });
  socket.bind(0, "0.0.0.0");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.addMembership(group, "127.0.0.1");
  socket.setMulticastInterface("127.0.0.1");
  onTestFinished(() => void socket.close());
  /** Resolves with the first packet, of those that have come and are to come, that is so. */
  const heard = (isSo: (packet: Buffer) => boolean) =>
    new Promise<Buffer>((resolve) => {
      const look = () => {
        const found = packets.find(isSo);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { socket, port, packets, heard };
}

const group = "239.255.53.53";
const isAnswer = (packet: Buffer) => ((packet[2] ?? 0) & 0x80) !== 0;
/** To a question: with what is asked next. */
const isReply = (packet: Buffer) => isAnswer(packet) && packet.length > 12 && packet.readUInt16BE(10) > 0;
const says = (text: string) => (packet: Buffer) => isAnswer(packet) && packet.includes(text);
/** A PTR with a time to live of 0: what was told is so no more. */
const gone = Buffer.from("\x05local\x00\x00\x0c\x00\x01\x00\x00\x00\x00", "latin1");
/** `_wot._tcp.local PTR`, as a browser asks. */
const question = (count = 1) => {
  const one = Buffer.from("\x04_wot\x04_tcp\x05local\x00\x00\x0c\x00\x01", "latin1");
  const head = Buffer.from([0, 0, 0, 0, count >> 8, count & 255, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([head, ...Array.from({ length: count }, () => one)]);
};

const multicast = await (async () => {
  try {
    const probe = createSocket({ type: "udp4", reuseAddr: true });
    probe.bind(0);
    await once(probe, "listening");
    probe.addMembership(group, "127.0.0.1");
    probe.close();
    return true;
  } catch {
    return false;
  }
})();

test.runIf(multicast)("it is heard, answers whoever asks, within bounds, and says goodbye", async () => {
  const { socket, port, packets, heard } = await neighbour();
  const warnings: string[] = [];
  const announcer = new Announcer({
    services: servicesOf(bench),
    clock: realClock,
    warn: (message) => void warnings.push(message),
    addresses: () => ["192.0.2.1"],
    at: { port, ip: group, interface: "127.0.0.1", bind: "0.0.0.0" },
  });
  const announced = await heard(says("td=/.well-known/wot"));
  for (const text of ["benchd bench-3 3f2a9c01", "type=Directory", "scheme=https", "_directory"])
    expect(announced.includes(text), text).toBe(true);
  await heard(says("path=/"));
  packets.length = 0;
  // Lies and noise are neither answered nor believed.
  for (const packet of [Buffer.from("no packet"), Buffer.alloc(0), announced]) socket.send(packet, port, group);
  socket.send(question(500), port, group);
  await heard(isReply);
  const stopped = announcer.stop();
  await heard((packet) => isAnswer(packet) && packet.includes(gone) && packet.includes("td=/.well-known/wot"));
  await stopped;
  expect(packets.filter(isReply)).toHaveLength(10);
  // That a packet was none is told, once.
  expect(warnings.length).toBeLessThanOrEqual(1);
});

test("on no network it is silent, and looks again; whatever fails keeps nothing from ending", async () => {
  const clock = new DiscreteClock();
  const warnings: string[] = [];
  let looks = 0;
  const announcer = new Announcer({
    services: servicesOf(bench),
    clock,
    warn: (message) => void warnings.push(message),
    addresses: () => {
      if (++looks > 1) throw new Error("EAFNOSUPPORT");
      return [];
    },
  });
  await clock.advance(90_000);
  expect(looks).toBe(4);
  await announcer.stop();
  expect(warnings).toEqual(["this gateway may not be found by mDNS: EAFNOSUPPORT. Everything else works"]);
  await clock.advance(90_000);
  expect(looks).toBe(4);
});
