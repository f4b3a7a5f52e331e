import { DiscreteClock, type SerialTwin } from "benchd/testing";

/** A terminal at the other end of a twin's cable: bytes out, bytes in. */
export async function openTerminal(twin: Pick<SerialTwin, "open">, clock: DiscreteClock, baudRate: number) {
  let heard = "";
  let lastAt = 0;
  const stream = await twin.open(
    { baudRate },
    {
      data(bytes) {
        heard += Buffer.from(bytes).toString("latin1");
        lastAt = clock.now();
      },
      closed() {},
    },
  );
  return {
    /** Send text, wait, and return all that has come since. */
    async say(text: string, waitMs = 200): Promise<string> {
      heard = "";
      void stream.write(Buffer.from(text, "latin1"));
      await clock.advance(waitMs);
      return heard;
    },
    /** When the last byte came. */
    get lastAt() {
      return lastAt;
    },
    close: () => stream.close(),
  };
}

/** A clock that runs only when it is told to. */
export const newClock = () => new DiscreteClock();
