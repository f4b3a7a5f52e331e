/** An answer, as far as it has come. */
export interface Answer {
  readonly status: number;
  /** By name in lower case; the values of one that came several times are joined as HTTP has it. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** It has come to its end, or will when the connection does. */
  readonly whole: boolean;
  readonly untilClosed: boolean;
}

/** What has come on a connection, read as strictly as RFC 9112 has it. */
export interface Read {
  /** Final ones; those that only say to go on are left out. */
  readonly answers: readonly Answer[];
  /** Where what is no whole answer begins; after 101 the frames of a WebSocket. */
  readonly rest: Buffer;
  readonly faults: readonly string[];
}

const statusLine = /^HTTP\/1\.1 ([1-5]\d\d) [\t\x20-\x7e]*$/;
const field = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*((?:[\x21-\x7e]+(?:[ \t]+[\x21-\x7e]+)*)?)[ \t]*$/;
/** No answer of ours has a larger head; bytes. */
const maxHead = 16 * 1024;

/** `methods` are those of the requests, as far as they are known. */
export function readAnswers(bytes: Buffer, methods: readonly string[]): Read {
  const answers: Answer[] = [];
  const faults: string[] = [];
  let at = 0;
  while (at < bytes.length) {
    const end = bytes.indexOf("\r\n\r\n", at);
    if (end === -1) {
      if (bytes.length - at > maxHead) faults.push("the head of an answer has no end");
      break;
    }
    const head = readHead(bytes.toString("latin1", at, end), faults);
    if (!head) break;
    const after = end + 4;
    if (head.status === 101) {
      answers.push({ ...head, body: Buffer.alloc(0), whole: true, untilClosed: false });
      return { answers, rest: bytes.subarray(after), faults };
    }
    if (head.status < 200) {
      at = after;
      continue;
    }
    const noBody = hasNoBody(bytes, after, head.status, methods[answers.length]);
    const found = noBody ? { body: Buffer.alloc(0), end: after } : readBody(bytes, after, head.headers, faults);
    answers.push({
      ...head,
      body: found.body,
      whole: found.end !== undefined,
      untilClosed: found.untilClosed ?? false,
    });
    if (found.end === undefined) return { answers, rest: Buffer.alloc(0), faults };
    at = found.end;
  }
  return { answers, rest: bytes.subarray(at), faults };
}

/** Where nobody knows what was asked, what comes tells: the next answer, or nothing more. */
function hasNoBody(bytes: Buffer, after: number, status: number, method: string | undefined): boolean {
  if (method === "HEAD" || status === 204 || status === 304) return true;
  if (method !== undefined) return false;
  return after === bytes.length || bytes.toString("latin1", after, after + 9) === "HTTP/1.1 ";
}

function readHead(text: string, faults: string[]): Pick<Answer, "status" | "headers"> | undefined {
  const [first = "", ...lines] = text.split("\r\n");
  const status = Number(statusLine.exec(first)?.[1] ?? 0);
  if (status === 0) {
    faults.push(`an answer begins with ${JSON.stringify(first.slice(0, 200))}`);
    return undefined;
  }
  const headers = new Map<string, string>();
  for (const one of lines) {
    const [, name = "", value = ""] = field.exec(one) ?? [];
    const known = headers.get(name.toLowerCase());
    if (name === "") faults.push(`an answer has the header ${JSON.stringify(one.slice(0, 200))}`);
    else headers.set(name.toLowerCase(), known === undefined ? value : `${known}, ${value}`);
  }
  if (headers.has("content-length") && headers.has("transfer-encoding")) faults.push("an answer has two lengths");
  if (status === 204 && (headers.has("content-length") || headers.has("transfer-encoding")))
    faults.push("a 204 tells the length of what it must not have");
  return { status, headers };
}

interface Body {
  readonly body: Buffer;
  /** Undefined: it has not come to its end. */
  readonly end: number | undefined;
  readonly untilClosed?: boolean;
}

function readBody(bytes: Buffer, from: number, headers: Answer["headers"], faults: string[]): Body {
  const length = headers.get("content-length");
  const coding = headers.get("transfer-encoding");
  if (coding !== undefined) {
    if (coding !== "chunked") faults.push(`an answer is in ${coding}`);
    return readChunks(bytes, from, faults);
  }
  if (length === undefined) {
    if (headers.get("connection") !== "close") faults.push("an answer has no length, and its connection goes on");
    return { body: bytes.subarray(from), end: undefined, untilClosed: true };
  }
  if (!/^\d{1,15}$/.test(length)) faults.push(`an answer is ${length} long`);
  const end = from + Number(length);
  return { body: bytes.subarray(from, end), end: end <= bytes.length ? end : undefined };
}

function readChunks(bytes: Buffer, from: number, faults: string[]): Body {
  const pieces: Buffer[] = [];
  const body = () => Buffer.concat(pieces);
  for (let at = from; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    if (lineEnd === -1) return { body: body(), end: undefined };
    const told = bytes.toString("latin1", at, lineEnd);
    if (!/^[0-9a-f]{1,8}$/i.test(told)) {
      faults.push(`a chunk is ${JSON.stringify(told.slice(0, 50))} long`);
      return { body: body(), end: bytes.length };
    }
    const size = Number.parseInt(told, 16);
    const end = lineEnd + 2 + size;
    if (bytes.length < end + 2) return { body: body(), end: undefined };
    if (bytes.toString("latin1", end, end + 2) !== "\r\n") faults.push("a chunk is longer than it says");
    pieces.push(bytes.subarray(lineEnd + 2, end));
    at = end + 2;
    if (size === 0) return { body: body(), end: at };
  }
}
