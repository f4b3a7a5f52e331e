import { InvocationCancelledError } from "../../errors.ts";
import { type Asked, identify } from "../../gateway/identify.ts";
import type { OpenByteStream } from "../../transport/byte-stream.ts";
import type { Dialogue } from "./dialogue.ts";

const question = "Open this port now, and ask the device who it is? That may reset it, and leaves it safe.";

export interface Offered extends Omit<Asked, "open"> {
  port(): Promise<OpenByteStream>;
}

/** Ask the device who it is, as often as that is wanted; what goes wrong is told, and keeps nobody from going on. */
export async function offerIdentify(dialogue: Dialogue, { port, ...asked }: Offered): Promise<void> {
  while (await dialogue.confirm(question, "no")) {
    try {
      const identity = await identify({ ...asked, open: await port() });
      const { model = "open, and its driver cannot ask who it is", serialNumber, firmware } = identity ?? {};
      const parts = [model, serialNumber && `serial number ${serialNumber}`, firmware && `firmware ${firmware}`];
      dialogue.say(`  it is ${parts.filter(Boolean).join(", ")}`);
      return;
    } catch (error) {
      if (error instanceof InvocationCancelledError) throw error;
      dialogue.say(`  ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
