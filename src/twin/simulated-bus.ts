import type { ByteStream, LineSettings, OpenByteStream } from "../transport/byte-stream.ts";

/**
 * One cable to several simulated devices: each hears every byte, and whatever one says is heard at the other end. When
 * one is unplugged, so is the cable.
 */
export function simulatedBus(devices: readonly OpenByteStream[]): OpenByteStream {
  return async (settings: LineSettings, listener) => {
    const ends: ByteStream[] = [];
    let open = true;
    const closeAll = async () => {
      open = false;
      await Promise.all(ends.map((end) => end.close()));
    };
    const heard = {
      data: (bytes: Uint8Array) => listener.data(bytes),
      closed(cause?: Error) {
        if (!open) return;
        void closeAll();
        listener.closed(cause);
      },
    };
    try {
      for (const device of devices) ends.push(await device(settings, heard));
    } catch (error) {
      await closeAll();
      throw error;
    }
    return {
      async write(bytes) {
        await Promise.all(ends.map((end) => end.write(bytes)));
      },
      async close() {
        if (!open) return;
        await closeAll();
        listener.closed();
      },
    };
  };
}
