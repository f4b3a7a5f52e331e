import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeSelfSigned } from "../../../src/cli/tls/self-signed.ts";
import { Mail } from "../../../src/experiment/notify/mail.ts";
import type { Message } from "../../../src/experiment/notify/message.ts";
import type { MailConfig } from "../../../src/experiment/notify/notifier-config.ts";
import { openMailServer } from "./servers.ts";

let folder: string;
let ca: string;
let pair: { readonly key: string; readonly cert: string };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "benchd-mail-"));
  pair = await makeSelfSigned(["localhost"], 1);
  ca = join(folder, "ca.pem");
  await writeFile(ca, pair.cert);
  await writeFile(join(folder, "password"), "s3cret\n");
});
afterAll(() => rm(folder, { recursive: true }));

const message: Message = {
  ...{ id: "7d3c", alarm: "too_hot", title: "The bath is too hot", state: "raised", at: Date.UTC(2026, 10, 20, 9) },
  ...{ clockTrusted: false, reason: "heater.temperature is 81", things: ["heater"], changes: 3 },
  ...{ bench: "bench-3", version: "1.2.3" },
};
const plain: MailConfig = {
  ...{ kind: "mail", host: "localhost", port: 0, tls: "none", ca: undefined, user: undefined, password: undefined },
  ...{ from: "bench@lab.example", to: ["ada@lab.example", "bob@lab.example"] },
};
const send = (config: Partial<MailConfig>, more: Partial<Message> = {}, signal = new AbortController().signal) =>
  new Mail({ ...plain, ...config }, {}).send({ ...message, ...more }, signal);

test("a mail says what it is about in its subject, all of it in its text, and has an id of its own", async () => {
  const server = await openMailServer({ disabledCommands: ["AUTH", "STARTTLS"] });
  await send({ port: server.port });
  const [mail] = server.mails;
  expect(mail).toMatchObject({ from: "bench@lab.example", to: ["ada@lab.example", "bob@lab.example"], secure: false });
  expect(mail?.text).toContain("Subject: [bench-3] RAISED: The bath is too hot\r\n");
  expect(mail?.text).toContain("Message-ID: <7d3c@benchd.invalid>");
  expect(mail?.text).toContain("Auto-Submitted: auto-generated");
  expect(mail?.text.replaceAll("=\r\n", "")).toContain(
    [
      "The alarm too_hot is raised: heater.temperature is 81",
      "It has changed 3 times since the message before.",
      "",
      "Since 2026-11-20T09:00:00.000Z (nobody knows whether this clock is right), benchd 1.2.3 on bench-3.",
    ].join("\r\n"),
  );
  await server.close();
});

test("what a device says adds no header and no recipient", async () => {
  const server = await openMailServer({ disabledCommands: ["AUTH", "STARTTLS"] });
  const hostile = "x\r\nBcc: eve@evil.example\r\n\r\n.\r\nMAIL FROM:<eve@evil.example>";
  await send({ port: server.port }, { title: hostile, reason: hostile });
  expect(server.mails).toHaveLength(1);
  expect(server.mails[0]?.to).toEqual(plain.to);
  const [headers = ""] = (server.mails[0]?.text ?? "").split("\r\n\r\n", 1);
  expect(headers).not.toMatch(/^Bcc:/m);
  await server.close();
});

test.each(["implicit", "starttls"] as const)(
  "with TLS (%s) who sends is told only to the server that is meant",
  async (tls) => {
    const server = await openMailServer({ ...pair, secure: tls === "implicit" });
    const secret = { port: server.port, tls, user: "bench", password: { file: join(folder, "password") } };
    await expect(send(secret)).rejects.toThrow(/^localhost:\d+ takes no mail: self-signed certificate/);
    const other = join(folder, "other.pem");
    await writeFile(other, (await makeSelfSigned(["localhost"], 1)).cert);
    await expect(send({ ...secret, ca: other })).rejects.toThrow(/self-signed certificate/);
    // Trusted, but for another name.
    await expect(send({ ...secret, ca, host: "127.0.0.1" })).rejects.toThrow(/does not match certificate/);
    expect(server.mails).toEqual([]);
    await send({ ...secret, ca });
    expect(server.mails).toMatchObject([{ login: "bench:s3cret", secure: true }]);
    await server.close();
  },
);

test("a server that offers no STARTTLS is sent nothing", async () => {
  const server = await openMailServer({ disabledCommands: ["STARTTLS"] });
  await expect(send({ port: server.port, tls: "starttls" })).rejects.toThrow(/takes no mail: .*(STARTTLS|TLS)/);
  expect(server.mails).toEqual([]);
  await server.close();
});

test("a password that is not right, and recipients that are not taken, are said; the password is not", async () => {
  const server = await openMailServer({
    ...{ ...pair, secure: true },
    onAuth: (_, __, done) => done(new Error("no such user")),
    onRcptTo: ({ address }, _, done) => done(address.startsWith("bob") ? new Error("no such box") : null),
  });
  const password = { file: join(folder, "password") };
  const refused = await send({ port: server.port, tls: "implicit", ca, user: "bench", password }).catch(String);
  expect(refused).toMatch(/takes no mail: Invalid login/);
  expect(refused).not.toContain("s3cret");
  const half = await send({ port: server.port, tls: "implicit", ca }).catch(String);
  expect(half).toBe("NotificationError: localhost takes no mail for bob@lab.example");
  await server.close();
});

test("a server that says nothing is given up when that is asked for, and its connection closed", async () => {
  let hungUp = () => {};
  const over = new Promise<void>((resolve) => {
    hungUp = resolve;
  });
  const silent = createServer((socket) => {
    socket.on("close", () => hungUp());
    socket.on("error", () => {});
    aborting.abort(new Error("too late"));
  });
  const aborting = new AbortController();
  await new Promise<void>((resolve) => silent.listen(0, "localhost", resolve));
  const { port } = silent.address() as { readonly port: number };
  void send({ port }, {}, aborting.signal).catch(() => {});
  await over;
  expect(aborting.signal.aborted).toBe(true);
  silent.close();
});
