import { createInterface } from "node:readline";

/** Put questions on `output`, and take each answer from a line of `input`: typed, or piped in. */
export function lineAsker(input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
  let lines: AsyncIterator<string> | undefined;
  return async (question: string): Promise<string | undefined> => {
    output.write(question);
    // Reading begins with the first question. Without a terminal of its own it leaves Ctrl+C to the process.
    lines ??= createInterface({ input, terminal: false })[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    return done ? undefined : value;
  };
}
