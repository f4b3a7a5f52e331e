// What the front page does where a token is needed. It runs in a browser as it stands here, and loads nothing. A token is
// never kept: it is exchanged for a session, which only this tab has, and which no other page can send.

const sessionAs = "benchd.session";
const nameAs = "benchd.name";
const home = "/";
const unreachable = "The gateway does not answer.";

/** Signs in, shows what the gateway answers, and presses buttons. Knows no document: `view` shows things. */
export class Desk {
  #view;
  #kept;
  #send;
  /** What is being looked at: an answer to something before it is of no interest any more. */
  #look = new AbortController();

  /** `kept` remembers the session of this tab, `send` is the browser's fetch. */
  constructor({ view, kept, send }) {
    this.#view = view;
    this.#kept = kept;
    this.#send = send;
  }

  /** Resolves with whether that has succeeded. */
  async signIn(text) {
    const refused = await this.#exchange(text.trim());
    if (refused !== undefined) this.#view.askForToken(refused);
    return refused === undefined;
  }

  async #exchange(token) {
    // Nothing else can even be sent.
    if (!/^[\x21-\x7e]+$/.test(token)) return "That is no token: it has letters, digits, _ and - only.";
    const answer = await this.#ask("POST", "/gateway/session", token);
    if (!answer) return unreachable;
    if (answer.status === 401) return "The gateway does not take this token: it may be misspelt, revoked or expired.";
    if (!answer.ok) return inWords(answer);
    const { session, name } = await answer.json();
    this.#kept.setItem(sessionAs, session);
    this.#kept.setItem(nameAs, name);
    return undefined;
  }

  async signOut() {
    const session = this.#kept.getItem(sessionAs);
    this.#end("Signing out…");
    const answer = session && (await this.#ask("DELETE", "/gateway/session", session));
    this.#view.askForToken(
      answer ? "You have signed out." : `${unreachable} The session ends by itself, in some hours.`,
    );
  }

  /** Show what is at a path of this gateway; `said` is told above it. */
  async open(path, said = "") {
    this.#look.abort();
    const look = new AbortController();
    this.#look = look;
    const session = this.#kept.getItem(sessionAs);
    if (!session) return this.#view.askForToken(said);
    const answer = await this.#ask("GET", path, session, look.signal);
    const type = typeOf(answer);
    // Pictures that replace one another: one of them.
    if (look === this.#look && type === "multipart/x-mixed-replace") return this.open(`${path}?frames=1`, said);
    const read = answer?.ok ? await this.#read(path, answer, type, look) : undefined;
    const wrong = read ? "" : answer && !answer.ok ? await inWords(answer) : unreachable;
    if (look !== this.#look) return undefined;
    if (answer?.status === 401) return this.#end("Your session is over: sign in again.");
    this.#view.signedIn(this.#kept.getItem(nameAs));
    this.#view.tell([said, wrong].filter(Boolean).join(" "));
    return read && this.#view.show(read.as, path, read.what);
  }

  /** Do what a button is for, and show how the bench is then. */
  async press(method, path) {
    const session = this.#kept.getItem(sessionAs);
    this.#view.tell("Asking the gateway…");
    const answer = await this.#ask(method, path, session);
    if (!answer) return this.#view.tell(`${unreachable} Nobody knows whether that was done: look at the devices.`);
    if (answer.status === 401) return this.#end("Your session is over, and that was NOT done: sign in again.");
    const done = answer.status === 202 ? "Done, but not every device has confirmed it yet." : "Done.";
    return this.open(home, answer.ok ? done : await inWords(answer));
  }

  /** Only the front page is ours: whatever else says it is a page may come from a device. Undefined when it breaks off. */
  async #read(path, answer, type, look) {
    try {
      if (path === home) return { as: "page", what: await answer.text() };
      if (/^image\/(jpeg|png|gif|webp)$/.test(type)) return { as: "picture", what: await answer.blob() };
      if (/^(text\/(?!event-stream)|application\/([\w.-]+\+)?json$)/.test(type))
        return { as: "text", what: indented(await answer.text()) };
    } catch {
      return undefined;
    }
    look.abort();
    return { as: "text", what: `This is ${type || "of no known type"}: a program can fetch it.` };
  }

  #end(said) {
    this.#look.abort();
    this.#look = new AbortController();
    this.#kept.removeItem(sessionAs);
    this.#kept.removeItem(nameAs);
    this.#view.askForToken(said);
  }

  /** Undefined when there is no answer. Nothing goes along that a browser would send by itself. */
  async #ask(method, path, credential, signal) {
    const headers = { accept: "application/json, */*;q=0.5" };
    // The emergency stop may be there for everybody.
    if (credential) headers.authorization = `Bearer ${credential}`;
    try {
      return await this.#send(path, { method, headers, signal, credentials: "omit", cache: "no-store" });
    } catch {
      return undefined;
    }
  }
}

const typeOf = (answer) => (answer?.headers.get("content-type") ?? "").split(";")[0].trim();

/** What an answer refuses, in words. */
export async function inWords(answer) {
  const told = await answer.json().catch(() => undefined);
  const detail = told?.detail ?? told?.title;
  const reasons = Array.isArray(detail) ? detail.map((one) => one?.msg) : [detail];
  const words = reasons.filter((reason) => typeof reason === "string").join("; ");
  return `The gateway refuses: ${words || `it answers with status ${answer.status}`}`;
}

/** JSON as people read it; other text as it is. */
function indented(text) {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}

/** The path that a link leads to; the front page for whatever is not of this gateway. */
export function pathOf(link, origin) {
  if (!URL.canParse(link, origin)) return home;
  const url = new URL(link, origin);
  return url.origin === origin ? url.pathname + url.search : home;
}

/** Shows everything within the page that the gateway has sent first. */
function viewOf({ document, location }) {
  const [outside, input, bar, name, message, main] = ["outside", "token", "bar", "name", "message", "main"].map((id) =>
    document.getElementById(id),
  );
  const made = (tag, properties) => Object.assign(document.createElement(tag), properties);
  let shown;
  const put = (...parts) => {
    if (shown) URL.revokeObjectURL(shown);
    shown = undefined;
    main.replaceChildren(...parts);
  };
  const text = (path, textContent) => put(made("p", { textContent: path }), made("pre", { textContent }));
  const picture = (path, blob) => {
    const src = URL.createObjectURL(blob);
    put(made("p", { textContent: path }), made("img", { src, alt: path }));
    shown = src;
  };
  /** What is made by a parser runs nothing. Its links lead to the same within this page, which can ask for it. */
  const page = (_, html) => {
    put(...new DOMParser().parseFromString(html, "text/html").body.children);
    for (const link of main.querySelectorAll("a")) link.href = `#${pathOf(link.href, location.origin)}`;
  };
  const ask = (asks) => {
    outside.hidden = !asks;
    bar.hidden = asks;
  };
  return {
    tell(text) {
      message.textContent = text;
    },
    askForToken(text) {
      put();
      ask(true);
      message.textContent = text;
      input.focus();
    },
    signedIn(who) {
      ask(false);
      name.textContent = who;
    },
    show: (as, path, what) => ({ page, picture, text })[as](path, what),
  };
}

/** What is looked at stands behind # in the address, so that going back and reloading work as anywhere. */
export function start(window) {
  const { document, location, sessionStorage } = window;
  const view = viewOf(window);
  const desk = new Desk({ view, kept: sessionStorage, send: (...asked) => window.fetch(...asked) });
  const open = () => desk.open(pathOf(location.hash.slice(1) || home, location.origin));
  window.addEventListener("hashchange", open);
  document.getElementById("again").addEventListener("click", open);
  document.getElementById("sign-out").addEventListener("click", () => desk.signOut());
  document.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { id, method, action } = event.target;
    if (id !== "sign-in") return desk.press(method.toUpperCase(), pathOf(action, location.origin));
    const token = document.getElementById("token").value;
    event.target.reset();
    return (await desk.signIn(token)) && open();
  });
  return open();
}
