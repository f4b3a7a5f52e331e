import { describe, expect, test } from "vitest";
import { blobsOf, replaceBlobs } from "../src/blob.ts";
import { Blob, blobPlaces, holdsBlobs, takesMediaType } from "../src/blob-schema.ts";
import { Type } from "../src/typebox.ts";

const blob = { href: "/blob/x", media_type: "a/b" };

describe("where a value holds blobs", () => {
  test.each([
    ["a field", Type.Object({ a: Blob() }), { a: blob }, ["/a"]],
    ["a field that is left out", Type.Object({ a: Type.Optional(Blob()) }), {}, []],
    ["lists in lists", Type.Array(Type.Array(Blob())), [[blob], [blob, blob]], ["/0/0", "/1/0", "/1/1"]],
    ["a pair", Type.Tuple([Type.String(), Blob()]), ["x", blob], ["/1"]],
    ["a table", Type.Record(Type.String(), Blob()), { "a/b": blob, "c~d": blob }, ["/a~1b", "/c~0d"]],
    ["other fields", Type.Object({ n: Type.Number() }, { additionalProperties: Blob() }), { n: 1, a: blob }, ["/a"]],
    [
      "one way of several",
      Type.Union([Type.Null(), Blob({ mediaType: "a/b" }), Blob({ mediaType: "c/d" })]),
      blob,
      [""],
    ],
    [
      "parts of one",
      Type.Intersect([Type.Object({ a: Blob() }), Type.Object({ b: Type.Any() })]),
      { a: blob, b: blob },
      ["/a"],
    ],
    ["no blob, where there might be one", Type.Union([Blob(), Type.Object({ x: Type.Number() })]), { x: 1 }, []],
  ])("%s", (_, schema, value, paths) => {
    expect(blobPlaces(schema, value).map(({ path }) => path)).toEqual(paths);
    expect(holdsBlobs(schema)).toBe(true);
  });

  test("with every type that is taken there", () => {
    const either = Type.Union([Blob({ mediaType: "a/b" }), Blob({ mediaType: "c/*" })]);
    expect(blobPlaces(either, blob)).toEqual([{ path: "", value: blob, mediaTypes: ["a/b", "c/*"] }]);
  });
});

test.each([
  ["image/jpeg", "image/jpeg", true],
  ["image/jpeg", "IMAGE/JPEG; q=1", true],
  ["image/*", "image/png", true],
  ["*/*", "x/y", true],
  ["image/*", "imagery/png", false],
  ["text/plain", "text/plainer", false],
])("whoever wants %s takes %s: %s", (wanted, given, taken) => {
  expect(takesMediaType([wanted], given)).toBe(taken);
});

test("what has no blob in it is itself, and what has one is a copy with something in its place", () => {
  const plain = { a: [1, { b: null }], bytes: new Uint8Array(2) };
  expect(replaceBlobs(plain, () => "x")).toBe(plain);
  const told = { "benchd:blob": "00000000-0000-4000-8000-000000000000", media_type: "a/b", size: 1 };
  const value = { keep: plain, list: [1, told] };
  const replaced = replaceBlobs(value, () => "x") as typeof value;
  expect([replaced, replaced.keep]).toEqual([{ keep: plain, list: [1, "x"] }, plain]);
  expect(value.list[1]).toBe(told);
  expect(blobsOf([value, told, { "benchd:blob": "no id" }])).toEqual([told, told]);
});

test.each(["text", "image/", "/jpeg", "Image/JPEG", "text/plain; charset=utf-8", "image/jpeg\n", "*/jpeg", ""])(
  "%j is no media type that could be wanted",
  (mediaType) => {
    expect(() => Blob({ mediaType })).toThrow(/a blob's mediaType is one such as "image\/jpeg"/);
  },
);

test.each(["image/jpeg", "image/*", "*/*", "application/vnd.ms-excel", "application/x+json"])(
  "%j may be wanted",
  (mediaType) => {
    expect(Blob({ mediaType })).toMatchObject({ "benchd:blob": mediaType });
  },
);
