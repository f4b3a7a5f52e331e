/**
 * What the disk allows: a bare Fastify route that answers once a record of that size is on the disk. Records that come
 * while one sync is under way are written together, and share the next: nobody waits for more than two. They go to the end
 * of a file, or, asked for `sqlite`, into a table by way of its write-ahead log, each with its key.
 */
import { fdatasync, openSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import Database from "better-sqlite3";
import Fastify from "fastify";
import { reportPort } from "./report-port.js";

const [kind, file, size = "700"] = process.argv.slice(2);
const reply = { status: "completed", filler: "" };
reply.filler = "x".repeat(Math.max(0, Number(size) - JSON.stringify(reply).length));
const { fd, write } = kind === "sqlite" ? intoTable() : toFile();
const sync = promisify(fdatasync);
let waiting = [];
let committing = false;

function toFile() {
  const fd = openSync(file, "w");
  return { fd, write: (group) => writeSync(fd, group.map(({ key }) => `${key} ${reply.filler}\n`).join("")) };
}

function intoTable() {
  const database = new Database(file);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  database.exec(
    "CREATE TABLE record (seq INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, content TEXT NOT NULL) STRICT",
  );
  const insert = database.prepare("INSERT INTO record (key, content) VALUES (?, ?)");
  const write = database.transaction((group) => {
    for (const { key } of group) insert.run(key, reply.filler);
  });
  return { fd: openSync(`${file}-wal`, "r"), write };
}

async function commit() {
  committing = true;
  while (waiting.length > 0) {
    const group = waiting;
    waiting = [];
    write(group);
    await sync(fd);
    for (const { done } of group) done();
  }
  committing = false;
}

const committed = (key) =>
  new Promise((done) => {
    waiting.push({ key, done });
    if (committing) return;
    // With all that comes in the same turn of the event loop.
    committing = true;
    setImmediate(() => void commit());
  });

const app = Fastify();
app.post("/counter/noop", { schema: { body: { type: "object" } } }, async (request, answer) => {
  await committed(request.headers["idempotency-key"]);
  answer.code(201);
  return reply;
});
await app.listen({ host: "127.0.0.1", port: 0 });
reportPort(app.server);
