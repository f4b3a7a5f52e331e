import { createServer, type Socket } from "node:net";
import { realClock } from "../../src/clock.ts";
import type { ByteListener, OpenByteStream } from "../../src/transport/byte-stream.ts";
import { memoryLink } from "../../src/transport/memory-stream.ts";
import { openPty } from "../../src/transport/pty.ts";
import { openSerialPort } from "../../src/transport/serialport.ts";
import { openTcp } from "../../src/transport/tcp-stream.ts";

/** The other end of a byte stream, whatever it is made of. */
export interface FarEnd {
  readonly open: OpenByteStream;
  /** What it was sent so far, as latin1. */
  readonly heard: () => string;
  send(bytes: Uint8Array): void;
  /** Take nothing more, until `resume`. */
  pause(): void;
  resume(): void;
  /** Be gone, without a word. */
  cut(): Promise<void>;
  /** Give back all it has. */
  end(): Promise<void>;
}

/** Collects what comes until it has been waited for, and every end that is told. */
export function ear() {
  let heard = "";
  const ends: (Error | undefined)[] = [];
  const waiting = new Set<() => void>();
  const look = () => {
    for (const wake of waiting) wake();
  };
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        if (!holds()) return;
        waiting.delete(wake);
        resolve();
      };
      waiting.add(wake);
      wake();
    });
  const listener: ByteListener = {
    data(bytes) {
      heard += Buffer.from(bytes).toString("latin1");
      look();
    },
    closed(cause) {
      ends.push(cause);
      look();
    },
  };
  return {
    listener,
    ends,
    heard: () => heard,
    until: async (text: string) => {
      await until(() => heard.includes(text));
      return heard;
    },
    end: async () => {
      await until(() => ends.length > 0);
      return ends[0];
    },
  };
}

export async function inMemory(): Promise<FarEnd> {
  const { open, device } = memoryLink(realClock);
  let heard = "";
  device.onReceive((bytes) => {
    heard += Buffer.from(bytes).toString("latin1");
  });
  return {
    open,
    heard: () => heard,
    send: (bytes) => device.send(bytes),
    pause: () => device.pause(),
    resume: () => device.resume(),
    cut: async () => device.unplug(),
    end: async () => device.unplug(),
  };
}

export async function onPseudoTerminal(): Promise<FarEnd & { readonly path: string }> {
  let heard = "";
  const pty = await openPty({
    data: (bytes) => {
      heard += Buffer.from(bytes).toString("latin1");
    },
    closed() {},
  });
  return {
    path: pty.path,
    open: openSerialPort(pty.path),
    heard: () => heard,
    send: (bytes) => void pty.write(bytes),
    pause: () => pty.pause(),
    resume: () => pty.resume(),
    cut: () => pty.close(),
    end: () => pty.close(),
  };
}

export async function overTcp(): Promise<FarEnd & { readonly port: number; readonly calls: () => number }> {
  let heard = "";
  let calls = 0;
  let paused = false;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    calls++;
    sockets.add(socket);
    socket.on("data", (bytes) => {
      heard += bytes.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    if (paused) socket.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const each = (act: (socket: Socket) => void) => {
    for (const socket of sockets) act(socket);
  };
  return {
    port,
    calls: () => calls,
    async open(settings, listener) {
      const called = new Promise<void>((resolve) => server.once("connection", () => resolve()));
      const stream = await openTcp({ host: "127.0.0.1", port })(settings, listener);
      await called;
      return stream;
    },
    heard: () => heard,
    send: (bytes) => each((socket) => socket.write(bytes)),
    pause() {
      paused = true;
      each((socket) => socket.pause());
    },
    resume() {
      paused = false;
      each((socket) => socket.resume());
    },
    cut: async () => each((socket) => socket.resetAndDestroy()),
    async end() {
      each((socket) => socket.destroy());
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
