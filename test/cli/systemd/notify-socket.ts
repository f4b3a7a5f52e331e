import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { datagrams } from "./datagrams.ts";

/** Systemd's end of `NOTIFY_SOCKET`: what a real process tells it by the real library. */
export function notifySocket() {
  const path = join(mkdtempSync(join(tmpdir(), "benchd-notify-")), "socket");
  const socket = datagrams(path, 4096);
  const told: string[] = [];
  const receive = () => {
    told.push(...socket.receive().map((message) => message.toString("utf8")));
    return told;
  };
  return {
    path,
    told: receive,
    /** Resolves once something has been told that fits. */
    hears: (what: RegExp) => vi.waitFor(() => expect(receive().join("\n---\n")).toMatch(what), { timeout: 30_000 }),
    close: socket.close,
  };
}
