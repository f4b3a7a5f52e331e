import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadKernel } from "../../src/transport/kernel.ts";
import { tree } from "./gpio-fixtures.ts";

const kernel = await loadKernel();

function fifo() {
  const path = join(tree({ "x/y": "" }), "fifo");
  execFileSync("mkfifo", [path]);
  return openSync(path, constants.O_RDWR);
}

describe("the kernel", () => {
  it("names why a request is refused", () => {
    const fd = openSync("/dev/null", "r+");
    expect(kernel.ioctl(fd, 0xc250b407, Buffer.alloc(592))).toBe("ENOTTY");
    closeSync(fd);
    expect(kernel.ioctl(fd, 0xc250b407, Buffer.alloc(592))).toBe("EBADF");
  });

  it("locks a file once", () => {
    const path = join(tree({ file: "" }), "file");
    const [one, two] = [openSync(path, "r+"), openSync(path, "r+")];
    expect([kernel.lock(one), kernel.lock(two)]).toEqual([true, false]);
    closeSync(one);
    expect(kernel.lock(two)).toBe(true);
    closeSync(two);
  });

  it("follows a descriptor without polling, until it is stopped", async () => {
    const fd = fifo();
    const heard: string[] = [];
    let told = () => {};
    const ended = () => expect.unreachable("nobody has ended it");
    const stop = kernel.follow(fd, {
      data: (bytes) => {
        heard.push(bytes.toString());
        told();
      },
      ended,
    });
    const next = () => new Promise<void>((resolve) => (told = resolve));
    for (const text of ["one", "two"]) {
      const read = next();
      writeSync(fd, text);
      await read;
    }
    stop();
    writeSync(fd, "three");
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual(["one", "two"]);
    closeSync(fd);
  });
});
