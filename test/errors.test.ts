import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { InstallError } from "../src/cli/install-service.ts";
import { StateInUseError } from "../src/cli/instance-lock.ts";
import { ListenError } from "../src/cli/listen.ts";
import { UsageError } from "../src/cli/usage.ts";
import * as errors from "../src/errors.ts";
import * as experimentErrors from "../src/experiment-errors.ts";
import * as requestErrors from "../src/request-errors.ts";

const { BenchdError, BusyError, TransportError, DeviceError, InvocationCancelledError, DeadlineExceededError } = errors;
type Concrete = new (message: string) => errors.BenchdError;

/** Families, which nothing is ever an instance of by itself. */
const abstractOnes: ReadonlySet<unknown> = new Set([BenchdError, BusyError, TransportError, DeviceError]);

const classes = Object.values({ ...errors, ...experimentErrors, ...requestErrors })
  .filter((exported): exported is Extract<typeof exported, new (...args: never[]) => unknown> => isError(exported))
  .filter((exported) => !abstractOnes.has(exported)) as unknown as readonly Concrete[];
const concrete = [...classes, UsageError, ListenError, StateInUseError, InstallError];

function isError(exported: unknown): boolean {
  return typeof exported === "function" && exported.prototype instanceof Error;
}

const page = readFileSync(new URL("../docs/errors.md", import.meta.url), "utf8");
const headings = [...page.matchAll(/^### (BENCHD_\w+)$/gm)].map((match) => match[1]);

test("there are errors to look at", () => {
  expect(concrete.length).toBeGreaterThan(20);
});

test("no two errors share a code", () => {
  const codes = concrete.map((ErrorClass) => new ErrorClass("x").code);
  expect(new Set(codes).size).toBe(codes.length);
});

test.each(concrete.map((ErrorClass) => [ErrorClass.name, ErrorClass] as const))(
  "%s has a heading of its own in docs/errors.md, which says what to do",
  (name, ErrorClass) => {
    const error = new ErrorClass("the words");
    expect(error).toMatchObject({ name, message: "the words" });
    const section = page.split(`### ${error.code}\n`)[1]?.split("\n#")[0];
    expect(section).toContain("_Do:_");
  },
);

test("docs/errors.md explains no code that does not exist", () => {
  expect(headings.toSorted()).toEqual(concrete.map((ErrorClass) => new ErrorClass("x").code).toSorted());
});

test("every code has its row in the table of HTTP statuses, but those that never leave the command line", () => {
  const table = page.split("\n").filter((line) => line.startsWith("| `"));
  const listed = table.flatMap((row) => row.match(/BENCHD_\w+/g) ?? []);
  const local = ["BENCHD_USAGE", "BENCHD_LISTEN", "BENCHD_STATE_IN_USE", "BENCHD_INSTALL"];
  expect(listed.toSorted()).toEqual(headings.filter((code) => code && !local.includes(code)).toSorted());
});

test("a cause is kept", () => {
  const cause = new Error("EIO");
  expect(new errors.DisconnectedError("gone", { cause }).cause).toBe(cause);
});

test("a cancellation tells its reason, and is an InvocationError as a deadline is", () => {
  expect(new InvocationCancelledError("asked to", "client").reason).toBe("client");
  expect(new InvocationCancelledError("asked to", "client")).toBeInstanceOf(errors.InvocationError);
  expect(new DeadlineExceededError("too long")).toBeInstanceOf(errors.InvocationError);
});
