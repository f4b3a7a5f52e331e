import { render } from "preact";
import { App } from "./app.tsx";
import { Bench } from "./bench/bench.ts";
import { openSession } from "./session.ts";
import "./style/main.css";
import { followTheme } from "./theme.ts";

followTheme(document.documentElement, () => window.localStorage);
const session = openSession(() => window.sessionStorage);
const bench = new Bench(session.connection, () => window.sessionStorage);
const root = document.getElementById("dashboard");
if (root) {
  // What is for browsers without scripts.
  root.replaceChildren();
  render(<App bench={bench} session={session} />, root);
}
