import type { ServerResponse } from "node:http";
import { hangUp } from "./pipelined.ts";
import { Places } from "./places.ts";

/** One who watches, or downloads, and can be told that it is over. */
type Leaving = { return(): unknown };

interface Seat {
  /** What is watched, by a name of which there are not many. */
  readonly what: string;
  /** So many have it at a time. */
  readonly max: number;
  readonly by: string | undefined;
}

/** Those who watch streams, or download: a bounded number of each, all of whom are sent home when the server closes. */
export class Audience {
  readonly #seats = new Map<string, Places>();
  #closed = false;

  /**
   * Keep a place until `response` ends; returns how to tell who has it, who leaves with it. Throws `LaneFullError`, and
   * `NotReadyError` once the server closes.
   */
  expect({ what, max, by }: Seat, response: ServerResponse): (viewer: Leaving) => void {
    let viewer: Leaving | undefined;
    let over = false;
    const end = () => {
      over = true;
      void viewer?.return();
      // Nobody waits for one who does not read.
      if (response.writableNeedDrain) hangUp(response);
    };
    const leave = this.#placesOf(what, max).take(by, end);
    const gone = () => {
      leave();
      if (!over) end();
    };
    // Gone while it was looked for: nobody would tell it again.
    if (response.destroyed) gone();
    else response.once("close", gone);
    return (one) => {
      viewer = one;
      if (over) void one.return();
    };
  }

  /** Somebody may watch nothing any more. */
  end(by: string | undefined): void {
    for (const places of this.#seats.values()) places.end(by);
  }

  close(): void {
    this.#closed = true;
    for (const places of this.#seats.values()) places.close();
  }

  #placesOf(what: string, max: number): Places {
    const full = `${max} watch or download this already; try again when one of them has left`;
    const places = this.#seats.get(what) ?? new Places({ max, full });
    this.#seats.set(what, places);
    if (this.#closed) places.close();
    return places;
  }
}
