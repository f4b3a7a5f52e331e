import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SerialPort } from "serialport";
import syringePump from "../../../../hardware-mocks/syringe-pump.ts";
import { realClock } from "../../../../src/clock.ts";
import { simulatedBench } from "../../../../src/testing/index.ts";
import { until } from "../../time.ts";

const gadget = "/sys/kernel/config/usb_gadget/pump";
/** The device's side; the host's, in the same machine, is a ttyACM. */
const node = "/dev/ttyGS0";

const twin = simulatedBench(realClock).place(syringePump, "gadget", { diameter: 26.59, syringeVolume: 60 });
let port: SerialPort | undefined;

/** Inside: a pump with a USB socket of its own, CDC-ACM, on the kernel's simulated USB controller. */
function describe(): void {
  for (const folder of ["strings/0x409", "configs/c.1", "functions/acm.0"])
    mkdirSync(join(gadget, folder), { recursive: true });
  writeFileSync(join(gadget, "idVendor"), "0x1d6b");
  writeFileSync(join(gadget, "idProduct"), "0x0104");
  writeFileSync(join(gadget, "strings/0x409/serialnumber"), "BENCHD-ACM");
  symlinkSync(join(gadget, "functions/acm.0"), join(gadget, "configs/c.1/acm.0"));
}

export async function plugGadget(): Promise<void> {
  if (!existsSync(gadget)) describe();
  writeFileSync(join(gadget, "UDC"), "dummy_udc.0");
  await until(`there is ${node}`, () => existsSync(node));
  const opened = new SerialPort({ path: node, baudRate: 115_200, autoOpen: false });
  opened.on("error", () => {});
  await new Promise<void>((resolve, reject) => opened.open((error) => (error ? reject(error) : resolve())));
  const device = await twin.open({ baudRate: 19_200 }, { data: (bytes) => void opened.write(bytes), closed() {} });
  opened.on("data", (bytes: Buffer) => void device.write(bytes).catch(() => {}));
  opened.on("close", () => void device.close());
  port = opened;
}

export async function unplugGadget(): Promise<void> {
  const open = port;
  if (open?.isOpen) await new Promise<void>((resolve) => open.close(() => resolve()));
  writeFileSync(join(gadget, "UDC"), "\n");
}
