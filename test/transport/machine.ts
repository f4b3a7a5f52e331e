import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

interface Adapter {
  /** Where it is plugged in, as the kernel names it: `1-1.2`. */
  readonly socket: string;
  readonly vendorId?: string;
  readonly productId?: string;
  readonly serialNumber?: string;
  readonly product?: string;
  /** The names its ports get, by their interfaces. */
  readonly nodes: readonly string[];
  /** What the first node is: a pseudo-terminal, for a port that can be opened. */
  readonly behind?: string;
  /** As udev makes them, for its first port. */
  readonly byId?: string;
  readonly byPath?: string;
}

/** `/sys`, `/dev` and `/proc` of a machine that does not exist, in a temporary folder, as kernel 6.12 lays them out. */
export function machine() {
  const root = mkdtempSync(join(tmpdir(), "benchd-machine-"));
  const at = (path: string) => join(root, path);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  const link = (path: string, target: string) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    symlinkSync(target.startsWith("/") ? target : relative(dirname(path), target), at(path));
  };
  /** A terminal of that name below a device; `device` is what its link leads to. */
  const terminal = (name: string, device: string, behind?: string) => {
    write(`${device}/tty/${name}/dev`, "188:0\n");
    link(`${device}/tty/${name}/device`, device);
    link(`sys/class/tty/${name}`, `${device}/tty/${name}`);
    if (behind) link(`dev/${name}`, behind);
    else write(`dev/${name}`, "");
  };
  write("proc/cmdline", "root=/dev/mmcblk0p2 rootwait\n");
  write("etc/group", "root:x:0:\ndialout:x:20:\n");
  // A screen's terminal has no device.
  write("sys/class/tty/tty1/dev", "4:1\n");

  return {
    root,
    plug({ socket, nodes, ...adapter }: Adapter) {
      const { vendorId = "0403", productId = "6001", serialNumber, product, behind, byId, byPath } = adapter;
      const device = `sys/devices/platform/usb1/${socket}`;
      write(`${device}/idVendor`, `${vendorId}\n`);
      write(`${device}/idProduct`, `${productId}\n`);
      if (serialNumber !== undefined) write(`${device}/serial`, `${serialNumber}\n`);
      if (product !== undefined) write(`${device}/product`, `${product}\n`);
      for (const [index, name] of nodes.entries()) {
        const usbInterface = `${device}/${socket}:1.${index}`;
        write(`${usbInterface}/bInterfaceNumber`, `0${index}\n`);
        // A CDC device's terminal hangs on the interface itself, a converter's on a port of it.
        const port = name.startsWith("ttyACM") ? usbInterface : `${usbInterface}/${name}`;
        terminal(name, port, index === 0 ? behind : undefined);
        link(`${port}/driver`, "sys/bus/usb-serial/drivers/ftdi_sio");
      }
      const [first = ""] = nodes;
      if (byId) link(`dev/serial/by-id/${byId}`, `dev/${first}`);
      if (byPath) link(`dev/serial/by-path/${byPath}`, `dev/${first}`);
    },
    unplug({ socket, nodes }: Pick<Adapter, "socket" | "nodes">) {
      rmSync(at(`sys/devices/platform/usb1/${socket}`), { recursive: true });
      for (const name of nodes) for (const path of [`sys/class/tty/${name}`, `dev/${name}`]) rmSync(at(path));
    },
    /** A UART of the machine; a port of the kernel's whose hardware is not there has type 0. */
    uart(name: string, { type = 32, alias }: { readonly type?: number; readonly alias?: string } = {}) {
      terminal(name, `sys/devices/platform/soc/${name}.serial`);
      write(`sys/class/tty/${name}/type`, `${type}\n`);
      if (alias) link(`dev/${alias}`, `dev/${name}`);
    },
    chip(
      name: string,
      { label, lines, base }: { readonly label: string; readonly lines: number; readonly base?: number },
    ) {
      const parent = `sys/devices/platform/soc/${name}.gpio`;
      write(`${parent}/${name}/dev`, "254:0\n");
      link(`${parent}/driver`, `sys/bus/platform/drivers/${label}`);
      link(`sys/bus/gpio/devices/${name}`, `${parent}/${name}`);
      write(`dev/${name}`, "");
      if (base === undefined) return;
      const numbered = `${parent}/gpio/gpiochip${base}`;
      for (const [file, value] of Object.entries({ label, ngpio: lines, base }))
        write(`${numbered}/${file}`, `${value}\n`);
      link(`sys/class/gpio/gpiochip${base}`, numbered);
    },
    kernel: (commandLine: string) => write("proc/cmdline", `${commandLine}\n`),
    runs(pid: number, program: string, opens: string) {
      write(`proc/${pid}/comm`, `${program}\n`);
      mkdirSync(at(`proc/${pid}/fd`), { recursive: true });
      symlinkSync(at(opens), at(`proc/${pid}/fd/3`));
    },
    remove: () => rmSync(root, { recursive: true }),
  };
}
