import { expect, it } from "vitest";
import { anybody, Principal } from "../../src/access/principal.ts";
import { scopes } from "../../src/access/scope.ts";

const anna = new Principal({
  name: "anna",
  key: "token:1",
  from: "10.0.0.7",
  grants: [{ scope: "read" }, { scope: "operate", things: ["pump", "valve"] }],
});

it("somebody may do what his scope includes, for the Things that it is for", () => {
  expect(scopes.map((scope) => anna.may(scope, "pump"))).toEqual([true, true, false, false]);
  expect(scopes.map((scope) => anna.may(scope, "camera"))).toEqual([true, false, false, false]);
});

it("a scope for some Things is none for the whole bench", () => {
  expect(scopes.map((scope) => anna.may(scope))).toEqual([true, false, false, false]);
  expect(scopes.map((scope) => anna.maySomewhere(scope))).toEqual([true, true, false, false]);
});

it("the Things are told that a scope is for, unless it is for all", () => {
  expect(scopes.map((scope) => anna.thingsFor(scope))).toEqual([
    undefined,
    new Set(["pump", "valve"]),
    new Set(),
    new Set(),
  ]);
});

it("whoever may do nothing may not even read", () => {
  const nobody = new Principal({ name: "nobody", key: "token:2", from: undefined, grants: [] });
  expect(scopes.some((scope) => nobody.may(scope) || nobody.may(scope, "pump") || nobody.maySomewhere(scope))).toBe(
    false,
  );
});

it.each([
  ["127.0.0.1", "localhost"],
  ["127.1.2.3", "localhost"],
  ["::1", "localhost"],
  ["::ffff:127.0.0.1", "localhost"],
  ["::ffff:10.0.0.7", "10.0.0.7"],
  ["10.0.0.7", "10.0.0.7"],
  [undefined, undefined],
])("without tokens a client is known by its address: %s", (from, key) => {
  const client = anybody(from);
  // As it is told: one spelling for an address of IPv4.
  const address = from?.replace("::ffff:", "");
  expect(client).toMatchObject({ key, from: address, name: address ?? "somebody who has gone" });
  expect(client.may("admin")).toBe(true);
});
