import { once } from "node:events";
import { connect, type Socket } from "node:net";
import Fastify from "fastify";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Principal } from "../../../src/access/principal.ts";
import { answerError } from "../../../src/http/errors.ts";
import { limitAnswers } from "../../../src/http/limits/answers.ts";
import { RequestCounts } from "../../../src/http/metrics/request-counts.ts";
import type { App } from "../../../src/http/view.ts";

/** More than a connection takes that nobody reads. */
const large = "x".repeat(32 * 1024 * 1024);
let app: App;
let sockets: Socket[];
beforeEach(async () => {
  sockets = [];
  app = Fastify();
  app.decorateRequest("principal");
  app.decorateRequest("dialect", { getter: () => "labthings" as const });
  app.decorateRequest("sight", { getter: () => ({ text: (words: string) => words, all: true }) as never });
  app.decorate("requestCounts", new RequestCounts());
  app.setErrorHandler(answerError);
  app.addHook("onRequest", async (request) => {
    const key = String(request.headers["x-who"]);
    request.principal = new Principal({ name: key, key, from: undefined, grants: [{ scope: "admin" }] });
  });
  limitAnswers(app, 2);
  app.get("/large", async () => large);
  app.get("/small", async () => "ok");
  await app.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await app.close();
});

/** Ask on a connection of its own, of whose answer only the beginning is read. */
async function ask(who: string, path: string) {
  const { port } = app.server.address() as { readonly port: number };
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  socket.on("error", () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nx-who: ${who}\r\nconnection: close\r\n\r\n`);
  const [head] = (await once(socket, "data")) as [Buffer];
  socket.pause();
  return { socket, status: head.toString("latin1").split(" ")[1] };
}

it("large answers that one client does not read are bounded, and keep nobody else from his", async () => {
  const unread = [await ask("anna", "/large"), await ask("anna", "/large")];
  expect(unread.map(({ status }) => status)).toEqual(["200", "200"]);
  expect((await ask("anna", "/large")).status).toBe("503");
  expect((await ask("anna", "/small")).status).toBe("200");
  const [, newest] = unread;
  const ended = newest && once(newest.socket.resume(), "close");
  expect((await ask("ben", "/large")).status).toBe("200");
  await ended;
});

it("one that has been read leaves its place", async () => {
  for (let n = 0; n < 3; n++) {
    const { socket, status } = await ask("anna", "/large");
    expect(status).toBe("200");
    await once(socket.resume(), "close");
  }
});
