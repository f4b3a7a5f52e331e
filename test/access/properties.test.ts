import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSecretOf, readStored, sealed } from "../../src/access/stored-token.ts";
import { sameName, tokenNameMistake } from "../../src/access/token-name.ts";
import { isTokenId, newToken, readToken, tokenText } from "../../src/access/token-text.ts";
import { tokenBench } from "./memory.ts";

const terms = {
  name: "anna",
  grants: [{ scope: "read" }],
  created: "2026-11-21T12:00:00.000Z",
  expires: null,
} as const;

describe("the text of a token", () => {
  it("is read as it was written, by whatever it was made of", () => {
    const id = fc.stringMatching(/^[0-9a-z]{12}$/);
    const secret = fc.stringMatching(/^[A-Za-z0-9_-]{43}$/);
    fc.assert(fc.property(fc.record({ id, secret }), (text) => void expect(readToken(tokenText(text))).toEqual(text)));
  });

  it("is none with anything added, left out or changed anywhere", () => {
    const text = tokenText(newToken());
    const at = fc.nat(text.length);
    const edits = fc.tuple(at, fc.nat(2), fc.string({ maxLength: 3, unit: "binary" }));
    fc.assert(
      fc.property(edits, ([from, left, added]) => {
        const edited = text.slice(0, from) + added + text.slice(from + left);
        const read = readToken(edited);
        if (edited === text) expect(read).toBeDefined();
        // Another token's, perhaps; never this one's under another spelling.
        else if (read) expect(tokenText(read)).toBe(edited);
      }),
    );
  });

  it("is none in any other string", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void expect(readToken(text)).toBeUndefined()));
  });

  it("never comes twice, and its id is fit for the name of a file", () => {
    const made = Array.from({ length: 1000 }, newToken);
    expect(new Set(made.map(({ id }) => id)).size).toBe(made.length);
    expect(new Set(made.map(({ secret }) => secret)).size).toBe(made.length);
    expect(made.every(({ id }) => isTokenId(id))).toBe(true);
  });
});

describe("what is kept of a token", () => {
  it("fits its own secret, and no other", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (guess) => {
        const token = newToken();
        const stored = sealed(token, terms);
        expect(isSecretOf(stored, token.secret)).toBe(true);
        expect([isSecretOf(stored, guess), isSecretOf(undefined, guess)]).toEqual([false, false]);
      }),
      { numRuns: 50 },
    );
  });

  it("is read from its file as it was written, and from no other's", () => {
    const token = newToken();
    const stored = sealed(token, terms);
    expect(readStored(JSON.stringify(stored), token.id)).toEqual(stored);
    expect(readStored(JSON.stringify(stored), newToken().id)).toBeUndefined();
  });

  it("is nothing where a part of it is damaged, whatever stands there now", () => {
    const token = newToken();
    const stored = sealed(token, terms);
    const key = fc.constantFrom(...Object.keys(stored));
    fc.assert(
      fc.property(key, fc.jsonValue(), (name, value) => {
        const read = readStored(JSON.stringify({ ...stored, [name]: value }), token.id);
        // A name may be any; nothing else can become something that lets in.
        if (read && name !== "name") expect(read).toEqual(stored);
      }),
    );
    fc.assert(
      fc.property(fc.nat(), (cut) => {
        const text = JSON.stringify(stored);
        expect(readStored(text.slice(0, cut % text.length), token.id)).toBeUndefined();
      }),
    );
    fc.assert(fc.property(fc.json(), (text) => void expect(readStored(text, token.id)).toBeUndefined()));
  });
});

describe("a name", () => {
  it("that may be one has nothing in it that a terminal, a header, a table or an address would take amiss", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (name) => {
        if (tokenNameMistake(name) !== undefined) return;
        expect(name).toMatch(/^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._@-]*$/u);
        expect(name).toBe(name.trim());
        expect(name.length).toBeLessThanOrEqual(64);
        expect(name).not.toMatch(/^[\d.]+$/);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(["anna", "Anna Müller", "Łukasz", "田中", "b.smith@lab.example", "robot_2", "x"])("may be %s", (name) => {
    expect(tokenNameMistake(name)).toBeUndefined();
  });

  it.each([
    "",
    " anna",
    "anna ",
    "an  na",
    "-x",
    "@x",
    "=1+1",
    "a\nb",
    "a\u202eb",
    "a\0",
    "127.0.0.1",
    "::1",
    "This Machine",
    "BENCHD",
    "ａnna!",
  ])("may not be %j", (name) => {
    expect(tokenNameMistake(name)).toBeDefined();
  });

  it("that looks like another's is that other's", () => {
    expect(sameName("ＡNNA")).toBe(sameName("anna"));
    expect(sameName("Mu\u0308ller")).toBe(sameName("MÜLLER"));
  });
});

describe("the tokens of a gateway, whatever is done to them", () => {
  type Step =
    | { readonly do: "make"; readonly hours: number | null }
    | { readonly do: "revoke" | "use"; readonly which: number }
    | { readonly do: "pass"; readonly hours: number }
    | { readonly do: "restart" };

  const make = fc.record({ do: fc.constant("make" as const), hours: fc.option(fc.integer({ min: 1, max: 5 })) });
  const touch = fc.record({ do: fc.constantFrom("revoke" as const, "use" as const), which: fc.nat(9) });
  const pass = fc.record({ do: fc.constant("pass" as const), hours: fc.integer({ min: -5, max: 5 }) });
  const restart = fc.record({ do: fc.constant("restart" as const) });
  // Time passes, and is turned back, oftenest.
  const step: fc.Arbitrary<Step> = fc.oneof(
    { arbitrary: make, weight: 3 },
    { arbitrary: touch, weight: 2 },
    { arbitrary: pass, weight: 5 },
    { arbitrary: restart, weight: 1 },
  );

  it("those that were made, and have not been revoked nor ever expired, hold: exactly those, over restarts too", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 15 }), async (steps) => {
        const bench = tokenBench();
        const model: { readonly text: string; readonly ends: number; revoked: boolean }[] = [];
        let latest = bench.wall.now;
        let { tokens } = await bench.open();
        for (const one of steps) {
          if (one.do === "make") {
            const ends = one.hours === null ? Number.POSITIVE_INFINITY : latest + one.hours * 3_600_000;
            const expires = one.hours === null ? null : new Date(ends).toISOString();
            model.push({ text: await bench.make(`n${model.length}`, { expires }), ends, revoked: false });
          } else if (one.do === "pass") {
            bench.wall.now += one.hours * 3_600_000;
            latest = Math.max(latest, bench.wall.now);
          } else if (one.do === "restart") {
            await tokens.close();
            ({ tokens } = await bench.open());
          } else {
            const chosen = model[one.which % Math.max(1, model.length)];
            if (chosen && one.do === "use") tokens.verify(chosen.text);
            if (chosen && one.do === "revoke") {
              chosen.revoked = true;
              await bench.folder.remove(readToken(chosen.text)?.id ?? "");
            }
          }
          await tokens.refresh();
          const holds = model.map(({ ends, revoked }) => !revoked && latest < ends);
          expect(model.map(({ text }) => tokens.verify(text) !== undefined)).toEqual(holds);
        }
        await tokens.close();
        const told = (what: string) => bench.notes.filter((entry) => entry.what === what).length;
        expect(told("token.created")).toBe(model.length);
        expect(told("token.revoked")).toBe(model.filter(({ revoked }) => revoked).length);
      }),
      { numRuns: 25 },
    );
  });
});
