import { join } from "node:path";
import { DisconnectedError, PortMissingError } from "../../errors.ts";
import type { OpenByteStream } from "../byte-stream.ts";
import { openTcp } from "../tcp-stream.ts";
import { findUsbPort } from "./find.ts";
import { addressText, type PortWiring, type UsbIdentity } from "./wiring.ts";

/** The port that the configuration means. `root` is where `/sys` and `/dev` are. */
export async function openPort({ address, options }: PortWiring, root = "/"): Promise<OpenByteStream> {
  if ("tcp" in address) return openTcp(address.tcp, options);
  // Loaded when a real port is wired: the mock bench needs no native code.
  const { openSerialPort } = await import("../serialport.ts");
  if ("path" in address) return openSerialPort(address.path, options);
  return openAdapter(address.usb, root, (node) => openSerialPort(node, options));
}

/** The port of a USB adapter, by whatever name it has at the moment. */
export function openAdapter(usb: UsbIdentity, root: string, at: (node: string) => OpenByteStream): OpenByteStream {
  const open: OpenByteStream = async (settings, listener) => {
    const node = await findUsbPort(usb, root);
    const stream = await at(join(root, node))(settings, listener);
    // While it was being opened, its name may have become another's.
    const found = await findUsbPort(usb, root).catch(() => undefined);
    if (found === node) return stream;
    await stream.close();
    throw new DisconnectedError(`the ${addressText({ usb })} was pulled out as it was opened: plug it in`);
  };
  const present = () =>
    findUsbPort(usb, root).then(
      () => true,
      // That there are two of it is for whoever opens it to tell.
      (error: unknown) => !(error instanceof PortMissingError),
    );
  return Object.assign(open, { present });
}
