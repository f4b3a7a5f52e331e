import type { WriteStream } from "node:tty";
import type { Output } from "./shell.ts";

const usualColumns = 80;

/** Standard output, or standard error. That nobody reads it any more is no fault. */
export function outputTo(stream: Pick<WriteStream, "on" | "write"> & Partial<WriteStream>): Output {
  let gone = false;
  stream.on("error", () => {
    gone = true;
  });
  return {
    isTerminal: stream.isTTY === true,
    // Asked for each time, as a window is dragged; some terminals say 0.
    get columns() {
      return stream.columns || usualColumns;
    },
    get gone() {
      return gone;
    },
    write: (text) => void stream.write(text),
  };
}
