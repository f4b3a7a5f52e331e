import type { ByteStream, LineSettings, OpenByteStream } from "../transport/byte-stream.ts";
import { openPty } from "../transport/pty.ts";

/** A pseudo-terminal takes bytes at any pace; more than this do not wait for a slow device, but are lost. */
const maxWaiting = 4096;

/** Let a simulated device answer on a pseudo-terminal, for any program that wants a serial port. Linux only. */
export async function onPty(
  open: OpenByteStream,
  settings: LineSettings,
): Promise<{ readonly path: string; close(): Promise<void> }> {
  let device: ByteStream | undefined;
  let waiting = 0;
  const take = async (bytes: Uint8Array) => {
    const taken = bytes.subarray(0, maxWaiting - waiting);
    if (!device || taken.length === 0) return;
    waiting += taken.length;
    await device.write(taken).catch(lost);
    waiting -= taken.length;
  };
  const pty = await openPty({ data: (bytes) => void take(bytes), closed() {} });
  try {
    device = await open(settings, { data: (bytes) => void pty.write(bytes).catch(lost), closed() {} });
  } catch (error) {
    await pty.close();
    throw error;
  }
  return {
    path: pty.path,
    async close() {
      await device?.close();
      await pty.close();
    },
  };
}

/** As on a real line, whoever writes is not told that the other end is gone. */
const lost = () => {};
