import assert from "node:assert/strict";
import type { Clock } from "../../clock.ts";
import { memoryLink } from "../../transport/memory-stream.ts";
import { printable } from "../../transport/printable.ts";
import { before, type Cue } from "./script.ts";

/** A device that says what was recorded for what was recorded, and nothing else. */
export function scriptedDevice(thing: string, script: readonly Cue[], clock: Clock) {
  const link = memoryLink(clock);
  let at = 0;
  let heard = Buffer.alloc(0);
  let speaking = false;
  let difference: string | undefined;

  const proceed = () => {
    for (let cue = script[at]; cue && !speaking && !difference; cue = script[at]) {
      if (cue.direction === "<") speak(cue);
      else if (!listen(cue)) return;
    }
    if (at === script.length && heard.length > 0) differ("nothing more");
  };
  const speak = ({ afterMs, bytes }: Cue) => {
    speaking = true;
    clock.after(afterMs, () => {
      speaking = false;
      at++;
      link.device.send(bytes);
      proceed();
    });
  };
  /** Whether all of it has come. */
  const listen = ({ bytes, text }: Cue) => {
    const length = Math.min(bytes.length, heard.length);
    if (!heard.subarray(0, length).equals(bytes.subarray(0, length))) differ(`> ${text}`);
    else if (heard.length >= bytes.length) {
      heard = heard.subarray(bytes.length);
      at++;
      return true;
    }
    return false;
  };
  const differ = (recorded: string) => {
    difference ??= [
      `the driver of ${thing} says something else than was recorded,`,
      before(script, at),
      `  recorded  ${recorded}`,
      `  now       > ${printable(heard)}`,
    ].join("\n");
  };

  link.device.onReceive((bytes) => {
    heard = Buffer.concat([heard, bytes]);
    proceed();
  });

  return {
    open: link.open,
    /** Throws unless the driver has said all that was recorded, and nothing else. */
    verify() {
      if (difference) assert.fail(difference);
      const next = script[at];
      if (next) {
        const missing = `the driver of ${thing} has left the dialogue,\n${before(script, at)}`;
        assert.fail(`${missing}\n  recorded  ${next.direction} ${next.text}\n  now       nothing`);
      }
    },
  };
}
