import { expect, test } from "vitest";
import { createLogger, gatewayLog } from "../../../src/cli/logger.ts";
import { type Field, fieldsOf } from "../../../src/cli/systemd/journal-entry.ts";
import { visible } from "../../../src/cli/visible.ts";
import { all, huge } from "../../fixtures/drivers/hostile-text.ts";

/** What is logged by `say`, as the journal gets it; and what it refuses, as lines. */
function journalled(say: (log: ReturnType<typeof createLogger>) => void, takes = true) {
  const entries: (readonly Field[])[] = [];
  const lines: string[] = [];
  const write = (fields: readonly Field[], refused: () => void) => {
    entries.push(fields);
    if (!takes) refused();
  };
  say(createLogger({ write: (line) => void lines.push(line) }, "journal", { write }));
  return { entries, lines };
}

const fields = (of: readonly Field[] | undefined) => Object.fromEntries(of ?? []);

test("an end of an invocation is told in words, with a field for all it is looked for by, and as the line for programs", () => {
  const { entries, lines } = journalled((log) =>
    gatewayLog(log)("pump", "info", "pump/dispense (01ABC): error, it has stalled", {
      ...{ action: "dispense", invocation: "01ABC", code: "BENCHD_DEVICE_FAULT" },
    }),
  );
  const { BENCHD_ENTRY: line = "", ...told } = fields(entries[0]);
  expect(told).toEqual({
    MESSAGE: "pump/dispense (01ABC): error, it has stalled thing=pump code=BENCHD_DEVICE_FAULT",
    PRIORITY: "6",
    SYSLOG_IDENTIFIER: "benchd",
    BENCHD_THING: "pump",
    BENCHD_ACTION: "dispense",
    BENCHD_INVOCATION: "01ABC",
    BENCHD_CODE: "BENCHD_DEVICE_FAULT",
  });
  expect(JSON.parse(line)).toMatchObject({ level: 30, thing: "pump", invocation: "01ABC" });
  expect(lines).toEqual([]);
});

test("what is not known is no field, not an empty one", () => {
  const { entries } = journalled((log) => gatewayLog(log)("", "error", "open", { code: undefined }));
  expect(entries[0]?.map(([name]) => name)).toEqual(["MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "BENCHD_ENTRY"]);
  expect(fields(entries[0])).toMatchObject({ MESSAGE: "open", PRIORITY: "3" });
});

test("of an error that nobody expected the words are in the message, its code is a field, its stack is for programs", () => {
  const error = Object.assign(new Error("no such\nthing"), { code: "ENOENT" });
  const { entries } = journalled((log) => log.fatal({ err: error }, "over"));
  const { MESSAGE, BENCHD_CODE, BENCHD_ENTRY = "" } = fields(entries[0]);
  expect([MESSAGE, BENCHD_CODE]).toEqual(["over err=no such\\nthing", "ENOENT"]);
  expect(JSON.parse(BENCHD_ENTRY).err.stack).toContain("journal-entry.test");
});

test("what lets anybody in is in no field", () => {
  const { entries } = journalled((log) => log.warn({ err: new Error("Bearer abcdefgh") }, "Bearer abcdefgh"));
  expect(JSON.stringify(entries)).not.toContain("abcdefgh");
});

test("whatever a device says is one line without controls, of bounded length, and no field of its own", () => {
  const { entries } = journalled((log) => {
    for (const text of [all, huge, "x\nPRIORITY=0\nBENCHD_THING=other"])
      log.warn({ thing: text, action: text, code: text, [text.slice(0, 50)]: text }, text);
  });
  for (const entry of entries) {
    const { BENCHD_ENTRY: _, ...told } = fields(entry);
    expect(Object.keys(told).sort().join()).toBe(
      "BENCHD_ACTION,BENCHD_CODE,BENCHD_THING,MESSAGE,PRIORITY,SYSLOG_IDENTIFIER",
    );
    expect(told["PRIORITY"]).toBe("4");
    expect(visible(told["MESSAGE"] ?? "").replaceAll("\n", "")).toBe(told["MESSAGE"]);
    const bytes = entry.reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0);
    expect(bytes).toBeLessThan(96 * 1024);
  }
});

test("the line for programs is whole, or not there", () => {
  const line = (length: number) => `{"level":30,"msg":"${"x".repeat(length)}"}\n`;
  expect(fields(fieldsOf(line(1000)))["BENCHD_ENTRY"]).toBe(line(1000).trimEnd());
  expect(fields(fieldsOf(line(60_000)))).not.toHaveProperty("BENCHD_ENTRY");
});

test.each(["no JSON", "[1]", "null"])("what is no entry is told as it is: %s", (line) => {
  expect(fields(fieldsOf(`${line}\n`))).toMatchObject({ MESSAGE: line, PRIORITY: "6" });
});

test("what the journal does not take it gets as a line with its priority", () => {
  const { lines } = journalled((log) => log.error({ thing: "pump" }, "it drips"), false);
  expect(lines).toEqual([expect.stringMatching(/^<3>\{"level":50,.*"thing":"pump","msg":"it drips"\}\n$/)]);
});
