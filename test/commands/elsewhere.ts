/** Where something of the documentation is run that is not typed by `commands.thorough.ts`, or why it cannot be run at all. */
export interface Row {
  /** In this page; in all unless told. */
  readonly page?: string;
  readonly command: RegExp;
  /** Runs it, or the same: a file of the repository that has these words in it. */
  readonly runBy?: { readonly file: string; readonly words: string };
  /** What it takes that no test has. */
  readonly cannot?: string;
  /** It is typed, and goes on until somebody ends it: after so many seconds. */
  readonly cutOff?: number;
  /** It is typed, and ends so; with 0 unless told. */
  readonly status?: number;
}

const vm = "test/vm/suites/service";
const soak = "it goes on for hours; test/soak runs a quarter of an hour of the same";

/** The shorter, the better. A row that fits no command fails a test. */
export const rows: readonly Row[] = [
  // The repository and its packages.
  { command: /^npm ci && npm start/, runBy: { file: ".ci/run", words: "npm start -- --port" } },
  { command: /^npm ci && npm test/, runBy: { file: ".ci/run", words: "npm test" } },
  { command: /npm run soak/, cannot: soak },
  { command: /npm run bench/, cannot: "it takes an hour, on a machine that does nothing else" },
  { command: /vitest run test\/soak/, cannot: "it repeats what a soak has found, by its seed" },
  { page: "test/vm/README.md", command: /test:vm/, runBy: { file: ".ci/run", words: "test:vm" } },
  { page: "test/vm/README.md", command: /boot\.sh/, runBy: { file: "test/vm/run.sh", words: "boot.sh" } },
  // What comes from a registry.
  {
    command: /^npx benchd new-driver/,
    runBy: { file: "test/cli/new-driver.thorough.ts", words: '"new-driver", "ph-meter"' },
  },
  { command: /^npm install && npm test/, runBy: { file: "test/cli/new-driver.thorough.ts", words: '"npm", "test"' } },
  {
    page: "templates/driver/README.md",
    command: /^npm (install|test)/,
    runBy: { file: "test/cli/new-driver.thorough.ts", words: '"npm", "test"' },
  },
  { command: /^npm start /, runBy: { file: "test/cli/new-driver.thorough.ts", words: '"check", "bench.yaml"' } },
  { command: /^\(cd benchd && npm ci/, runBy: { file: ".ci/run", words: "npm ci" } },
  {
    command: /^npm install --save-dev \.\.\/benchd/,
    cannot: "it asks a package registry; what it installs is run by test/docs.thorough.ts",
  },
  {
    command: /^sudo npm install --global/,
    cannot: "it asks a package registry; test/cli/package.thorough.ts looks at what it would install",
  },
  {
    command: /openapi-typescript|openapi-fetch/,
    runBy: { file: "test/openapi-client/client.thorough.ts", words: "openapiTypescript(" },
  },
  { command: /^pipx? /, cannot: "it asks the Python package index" },
  {
    command: /^sudo apt install \.\/benchd_/,
    runBy: { file: "test/vm/suites/package/main.ts", words: 'dpkg("--install"' },
  },
  { command: /^mosquitto_rr /, runBy: { file: "test/mqtt/requests.broker.ts", words: 'run("mosquitto_rr"' } },
  { command: /^mosquitto_sub /, runBy: { file: "test/mqtt/fleet.broker.ts", words: 'run("mosquitto_sub"' } },
  // systemd.
  { command: /^systemctl show/, cannot: "a systemd that runs, and a watchdog" },
  { command: /^journalctl -u benchd /, runBy: { file: `${vm}/journal-fields.ts`, words: "BENCHD_THING=ftdi" } },
  { command: /^sudo benchd install-service/, runBy: { file: `${vm}/sandbox.ts`, words: 'benchd("install-service")' } },
  {
    command: /^sudo systemctl enable --now benchd/,
    runBy: { file: `${vm}/held.ts`, words: 'systemctl("start", "benchd")' },
  },
  { command: /^(sudoedit|sudo systemctl edit) /, cannot: "an editor waits for somebody" },
  {
    page: "docs/runs.md",
    command: /kill -9|after\.yaml|runs\/f16cc97d|^tail -2/,
    runBy: { file: "test/cli/run-killed.thorough.ts", words: "SIGKILL" },
  },
  // What asks somebody.
  { command: /^(sudo )?benchd add/, runBy: { file: "test/cli/add.test.ts", words: "addOn" } },
  // What goes on until somebody ends it.
  { command: /^benchd (watch|record .*(--for|--on-change))/, cutOff: 5 },
  { command: /^benchd serve\b/, cutOff: 6 },
  { command: /^benchd run titration\.yaml --url/, cutOff: 6 },
  { command: /^curl -s?N .*--max-time/, status: 28 },
  { command: /^curl -N(?!.*--max-time)/, cutOff: 4 },
  // What is shown because it is refused.
  { command: /--volum 5$/, status: 64 },
  { command: /--set limit=13\.9/, status: 1 },
];

/** The row for a command, if it needs one. */
export const rowOf = ({ page, text }: { readonly page: string; readonly text: string }): Row | undefined =>
  rows.find((row) => (row.page === undefined || row.page === page) && row.command.test(text));

/** Whether it is left to somebody else, or to nobody. */
export const isElsewhere = (command: { readonly page: string; readonly text: string }): boolean => {
  const row = rowOf(command);
  return row?.runBy !== undefined || row?.cannot !== undefined;
};
