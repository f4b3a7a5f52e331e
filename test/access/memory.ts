import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Grant } from "../../src/access/principal.ts";
import { sealed } from "../../src/access/stored-token.ts";
import { TokenFolder } from "../../src/access/token-folder.ts";
import { newToken, tokenText } from "../../src/access/token-text.ts";
import { Tokens } from "../../src/access/tokens.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import type { JsonFile } from "../../src/journal/atomic-file.ts";

interface Made {
  readonly grants?: readonly Grant[];
  readonly expires?: string | null;
}

interface Given {
  /** Milliseconds since 1970. */
  now: number;
  trusted: boolean;
}

/** A state directory with tokens, and gateways that know them, one after the other. */
export function tokenBench() {
  const state = mkdtempSync(join(tmpdir(), "benchd-tokens-"));
  const folder = new TokenFolder(state);
  const wall: Given = { now: Date.parse("2026-11-21T12:00:00Z"), trusted: true };
  const notes: { by: string; what: string; detail: string }[] = [];
  const logged: string[] = [];
  let kept: JsonFile = { found: "nothing" };
  let writes = 0;
  return {
    state,
    folder,
    wall,
    notes,
    logged,
    /** How often it was written down who has used what. */
    get writes() {
      return writes;
    },
    /** Let the file be damaged in which it stands who has used what. */
    damage() {
      kept = { found: "damage", setAside: "tokens-used.json.damaged" };
    },
    /** The text of a new token. */
    async make(name: string, { grants = [{ scope: "operate" }], expires = null }: Made = {}) {
      const text = newToken();
      await folder.add(sealed(text, { name, grants, created: new Date(wall.now).toISOString(), expires }));
      return tokenText(text);
    },
    async open() {
      const clock = new DiscreteClock();
      const tokens = await Tokens.open({
        folder,
        clock,
        wallClock: () => wall.now,
        clockTrusted: () => wall.trusted,
        memory: {
          read: async () => kept,
          async write(value) {
            writes++;
            kept = { found: "value", value: JSON.parse(JSON.stringify(value)) };
            return true;
          },
        },
        note: (entry) => void notes.push(entry),
        log: (level, message) => void logged.push(`${level}: ${message}`),
      });
      return { tokens, clock };
    },
  };
}
