import type { ByteListener, ByteStream, LineSettings, OpenByteStream } from "../transport/byte-stream.ts";

/**
 * One cable to several simulated devices: each hears every byte, and whatever one says is heard at the other end. When
 * one is unplugged, so is the cable.
 */
export function simulatedBus(devices: readonly OpenByteStream[]): OpenByteStream {
  const open = async (settings: LineSettings, listener: ByteListener): Promise<ByteStream> => {
    const ends: ByteStream[] = [];
    let whole = true;
    const closeAll = async () => {
      whole = false;
      await Promise.all(ends.map((end) => end.close()));
    };
    const heard = {
      data: (bytes: Uint8Array) => listener.data(bytes),
      closed(cause?: Error) {
        if (!whole) return;
        void closeAll();
        listener.closed(cause);
      },
    };
    try {
      for (const device of devices) ends.push(await device(settings, heard));
      // One was unplugged while the next were being opened: the line is told of it already.
      if (!whole) await closeAll();
    } catch (error) {
      await closeAll();
      throw error;
    }
    return {
      async write(bytes) {
        await Promise.all(ends.map((end) => end.write(bytes)));
      },
      async close() {
        if (!whole) return;
        await closeAll();
        listener.closed();
      },
    };
  };
  const present = async () => {
    for (const device of devices) if (!((await device.present?.()) ?? true)) return false;
    return true;
  };
  return Object.assign(open, { present });
}
