/** Nobody reads more of what is wrong; characters. */
const maxMessage = 8192;
const maxStack = 2 * maxMessage;
const maxCauses = 10;

/**
 * What a driver has thrown, cut to what somebody may read: it is kept, logged and sent. An error stays itself, so that
 * it is still known by its class, unless its words are none; of anything else the words are left.
 */
export function readable(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return cut(wordsOf(thrown), maxMessage);
  if (!isWorded(thrown)) return new Error(cut(wordsOf(thrown), maxMessage));
  for (let error: unknown = thrown, n = 0; error instanceof Error && n < maxCauses; error = error.cause, n++)
    shorten(error);
  return thrown;
}

/** Whoever writes JavaScript may put anything into an error, such as what the device has said, parsed. */
function isWorded(error: Error): boolean {
  try {
    return [error.name, error.message, error.stack ?? ""].every((one) => typeof one === "string");
  } catch {
    return false;
  }
}

/** Not everything can be made a text: an object without a prototype cannot. */
function wordsOf(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return "something was thrown that cannot be told in words";
  }
}

function shorten(error: Error): void {
  try {
    // In this order: a stack is made with the message when somebody first asks for it.
    if (error.message.length > maxMessage) error.message = cut(error.message, maxMessage);
    if (error.stack !== undefined && error.stack.length > maxStack) error.stack = cut(error.stack, maxStack);
  } catch {
    // A frozen one stays as it is.
  }
}

/** Its beginning, if it is longer than that; characters. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  // A copy: a part of a string keeps the whole of it in memory.
  const beginning = Buffer.from(text.slice(0, most), "utf16le").toString("utf16le");
  return `${beginning}…`;
}
