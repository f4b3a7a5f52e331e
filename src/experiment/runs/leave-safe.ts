import { ambient } from "../../context.ts";
import { asError } from "../../invocation/cause.ts";
import { Frame } from "../../invocation/frame.ts";
import type { Thing } from "../../thing/thing.ts";

/**
 * Bring the outputs of these Things to their safe values, those that nobody else works on: whoever has set them so goes
 * without having come to his end. After a lost lease as the contracts of the outputs say for that. Never rejects; says how it went.
 */
export async function leaveSafe(things: Iterable<Thing>, leaseLost: boolean): Promise<void> {
  const work = ambient()?.work;
  const own = work instanceof Frame ? work.root : undefined;
  const leave = async (thing: Thing): Promise<void> => {
    const { holder } = thing.lane;
    if (holder && holder.root !== own) {
      work?.log("warning", `${thing.name} is left as it is: ${holder.root.label} works on it`);
      return;
    }
    try {
      await (leaseLost ? thing.leaseLost() : thing.leftBehind());
    } catch (error) {
      work?.log("error", `${thing.name}: safe outputs: not confirmed (${asError(error).message})`);
    }
  };
  await Promise.all([...things].map(leave));
}
