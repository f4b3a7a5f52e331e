import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { secretOf } from "../../../src/experiment/notify/secret.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "benchd-"));
  await writeFile(join(folder, "smtp-password"), "s3cret\n");
});
afterAll(() => rm(folder, { recursive: true }));

test("a secret is read from a file, a variable, or a credential that systemd has given", async () => {
  const environment = { CREDENTIALS_DIRECTORY: folder, SMTP: "v4riable" };
  expect(await secretOf({ file: join(folder, "smtp-password") }, environment)).toBe("s3cret");
  expect(await secretOf({ variable: "SMTP" }, environment)).toBe("v4riable");
  expect(await secretOf({ credential: "smtp-password" }, environment)).toBe("s3cret");
});

test("a credential that is not there says what the unit lacks", async () => {
  await expect(secretOf({ credential: "smtp-password" }, {})).rejects.toThrow("add LoadCredential= to the unit");
  await expect(secretOf({ credential: "other" }, { CREDENTIALS_DIRECTORY: folder })).rejects.toThrow("no such file");
});

test("a folder in its place is called one", async () => {
  await expect(secretOf({ file: folder }, {})).rejects.toThrow("that is a folder: name the file in it");
});

test("a pipe or a device in its place is not waited for: what reads it could neither go on nor end", async () => {
  await expect(secretOf({ file: "/dev/null" }, {})).rejects.toThrow(
    "/dev/null, which is to hold a secret: that is no file",
  );
});
