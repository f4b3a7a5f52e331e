import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import type { ByteStream, LineSettings, OpenByteStream } from "../../src/transport/byte-stream.ts";

/** The sockets that boot.sh makes. */
export const wires = process.env["BENCHD_VM_WIRES"] ?? "";

/** The far end of one of the VM's serial ports. An adapter is plugged in exactly while a device is. */
export class Wire {
  readonly #path: string;
  #socket: Socket | undefined;
  #device: ByteStream | undefined;
  /** What came from the VM, over all devices; bytes. */
  received = 0;

  constructor(name: string) {
    this.#path = join(wires, name);
  }

  async plug(open: OpenByteStream, settings: LineSettings): Promise<void> {
    await this.unplug();
    const socket = connect(this.#path);
    this.#socket = socket;
    await once(socket, "connect");
    const device = await open(settings, { data: (bytes) => void socket.write(bytes), closed() {} });
    this.#device = device;
    socket.on("error", (error) => console.error(`${this.#path}: ${error.message}`));
    socket.on("data", (bytes) => {
      this.received += bytes.length;
      // What is under way when the cable is pulled is lost.
      device.write(bytes).catch(() => {});
    });
  }

  async unplug(): Promise<void> {
    this.#socket?.destroy();
    this.#socket = undefined;
    await this.#device?.close();
    this.#device = undefined;
  }
}
