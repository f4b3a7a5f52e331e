import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** A GPIO chip as the kernel lists it, without anybody having opened it. */
export interface ListedChip {
  /** `/dev/gpiochip0`; the number changes with kernels, the label stays. */
  readonly node: string;
  /** Undefined where the kernel tells it only to those who open the chip. */
  readonly label: string | undefined;
  readonly lines: number | undefined;
  /** The number that sysfs gives to its first line, where it has one. */
  readonly base: number | undefined;
  /** The kernel's driver, such as `pinctrl-bcm2835`. */
  readonly driver: string | undefined;
  /** It is the one behind the header of a Raspberry Pi. */
  readonly header: boolean;
}

/** The chips behind the header, by label or by driver; the 0 to 5 share one, and so on. */
const headerChip = /^(pinctrl-bcm2835|pinctrl-bcm2711|pinctrl-rp1|rp1-pinctrl)$/;

/** All GPIO chips of this machine. `root` is where `/sys` is. */
export async function listGpioChips(root = "/"): Promise<readonly ListedChip[]> {
  const bus = join(root, "sys/bus/gpio/devices");
  const [names, numbered] = await Promise.all([entries(bus), numberedChips(root)]);
  const parents = await Promise.all(names.map((name) => realpath(join(bus, name)).then(dirname, () => name)));
  const chips = names.map(async (name, index): Promise<ListedChip> => {
    const parent = parents[index] ?? name;
    const alone = parents.filter((other) => other === parent).length === 1;
    const known = alone ? numbered.find((chip) => chip.parent === parent) : undefined;
    const driver = await readlink(join(parent, "driver")).then(basename, () => undefined);
    const header = headerChip.test(known?.label ?? driver ?? "");
    return { node: `/dev/${name}`, label: known?.label, lines: known?.lines, base: known?.base, driver, header };
  });
  return (await Promise.all(chips)).toSorted((a, b) => a.node.localeCompare(b.node, "en", { numeric: true }));
}

/** What sysfs tells of the chips in its own, older, numbering. */
async function numberedChips(root: string) {
  const folder = join(root, "sys/class/gpio");
  const names = (await entries(folder)).filter((name) => /^gpiochip\d+$/.test(name));
  return Promise.all(
    names.map(async (name) => {
      const text = (file: string) =>
        readFile(join(folder, name, file), "utf8").then(
          (read) => read.trim(),
          () => undefined,
        );
      const number = async (file: string) => {
        const read = await text(file);
        return read === undefined ? undefined : Number(read);
      };
      const at = await realpath(join(folder, name)).catch(() => "");
      const [label, lines, base] = await Promise.all([text("label"), number("ngpio"), number("base")]);
      return { parent: dirname(dirname(at)), label, lines, base };
    }),
  );
}

const entries = (folder: string) => readdir(folder).catch((): string[] => []);
