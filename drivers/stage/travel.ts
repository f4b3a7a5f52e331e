import {
  acknowledgeCancel,
  cleanUp,
  DeviceFaultError,
  log,
  report,
  shield,
  sleep,
  throwIfCancelled,
} from "benchd/driver";
import { axes, each, longest, pieces, type Steps } from "./axes.ts";
import type { Board } from "./board.ts";

/** Firmware 0.x hears nothing while it moves, so it is never sent farther than this at once. */
export const segmentMs = 250;
const pollMs = 100;

export const shown = ({ x, y, z }: Steps) => `${x} ${y} ${z}`;

/** Go `way` from where it is, in the frame of the motors. A client's cancel is declined when `insisting`. */
export async function travel(board: Board, way: Steps, insisting: boolean): Promise<void> {
  const from = await board.position();
  const target = each((axis) => from[axis] + way[axis]);
  if (longest(way) === 0) return;
  const persist = insisting ? uncancelled : <T>(work: () => Promise<T>) => work();
  const told = () => report({ done: longest(each((axis) => board.seen[axis] - from[axis])), of: longest(way) });
  try {
    await (board.stoppable ? inOneGo(board, way, persist, told) : inPieces(board, way, persist, told));
  } catch (error) {
    await cleanUp(error, "it is not known whether the stage stands still", async () => {
      log(`stopped at ${shown(await standstill(board))} (motor steps)`);
    });
  }
  if (axes.some((axis) => board.seen[axis] !== target[axis]))
    throw new DeviceFaultError(`the stage is at ${shown(board.seen)}, not at ${shown(target)}: something stopped it`);
}

type Persist = <T>(work: () => Promise<T>) => Promise<T>;

async function inOneGo(board: Board, way: Steps, persist: Persist, told: () => void): Promise<void> {
  await persist(() => board.move(way));
  for (let moving = true; moving; ) {
    await persist(() => sleep(pollMs));
    // In this order the last position is one at rest.
    moving = await persist(() => board.moving());
    await persist(() => board.position());
    told();
  }
}

async function inPieces(board: Board, way: Steps, persist: Persist, told: () => void): Promise<void> {
  const length = Math.max(1, Math.floor(segmentMs / board.stepMs));
  const timeoutMs = length * board.stepMs + 2 * board.rampMs + 1000;
  for (const piece of pieces(way, length)) {
    await persist(() => board.move(piece, timeoutMs));
    await persist(() => board.position());
    told();
  }
}

/** Stop it, and see where it is: that is read, as nobody can compute it. */
export async function standstill(board: Board): Promise<Steps> {
  if (board.stoppable) {
    await board.abort();
    if (await board.moving())
      throw new DeviceFaultError("the stage does not confirm that it stands still: switch it off");
  }
  return board.position();
}

/** As if nobody had cancelled, as far as that may be declined: a stop or a shutdown always counts. */
async function uncancelled<T>(work: () => Promise<T>): Promise<T> {
  const result = await shield(work);
  try {
    throwIfCancelled();
  } catch (error) {
    if (!acknowledgeCancel()) throw error;
  }
  return result;
}
