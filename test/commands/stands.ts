/** What the commands of a page take as given. */
export interface Stand {
  /** Shell: what `/etc/benchd/benchd.yaml` is to be, where that is not the demonstration bench. */
  readonly bench?: string;
  /** Shell, typed before the first command, with the gateway there: files that are named, work that is under way. */
  readonly before?: string;
  /** What stands in the page for something that only the reader knows, and what is typed instead; a shell's variables count. */
  readonly placeholders?: Readonly<Record<string, string>>;
  readonly timeScale?: number;
  /** Whether there is a gateway at http://127.0.0.1:5000, and http://bench:5000; there is unless told. */
  readonly gateway?: boolean;
}

const post = "curl -s -X POST -H 'content-type: application/json'";
const idOf = (asked: string) => `"$(${asked} | jq -r .id)"`;

const stands: Readonly<Record<string, Stand>> = {
  "README.md": {
    before: "cp examples/bench.yaml benchd.yaml",
    placeholders: { "serve --config benchd.yaml": "serve --config benchd.yaml --port 5001" },
  },
  "docs/client.md": { before: "mkdir src" },
  "docs/command-line.md": {
    before: `mkdir -p src ~/.zfunc ~/.config/fish/completions
      begin() { curl -X POST http://127.0.0.1:5000/gateway/runs -H 'content-type: application/json' \
        -d "$(jq -n --rawfile document examples/runs/titration.yaml '{ $document }')" | jq -r .id; }`,
    placeholders: { "3b0a8c3e": "$(begin)" },
  },
  "docs/driver-guide.md": {
    bench: `cd /etc/benchd
      benchd new-driver plate
      "$PROJECT/node_modules/.bin/esbuild" plate.ts plate.twin.ts --outdir=dist --format=esm --log-level=error
      mv bench.yaml benchd.yaml`,
    before: `stir=${idOf(`${post} http://127.0.0.1:5000/plate/stir -d '{"speed": 300}'`)}`,
    placeholders: { "0d1fae80-…": "$stir" },
  },
  "docs/http-api.md": {
    // Something that runs, something that waits for it, a picture, and a question of an action's.
    before: `cp examples/runs/titration.yaml .
      BENCHD_TOKEN=
      invocation=${idOf(`${post} http://127.0.0.1:5000/counter/slow_count -d '{"n": 30}'`)}
      for volume in 3 1; do ${post} http://127.0.0.1:5000/pump/dispense -d '{"volume": '$volume'}'; done
      blob=$(curl -X POST http://127.0.0.1:5000/camera/snapshot -H 'prefer: wait=20' | jq -r '.output.href' | sed 's#.*/##')
      ${post} http://127.0.0.1:5000/gateway/runs \\
        -d '{"document": "title: A\\nsteps:\\n  - ask: How much?\\n    schema: { type: number, minimum: 0, unit: g }\\n"}'
      sleep 1
      prompt=$(curl http://127.0.0.1:5000/gateway/prompts | jq -r '.[0].id')`,
    placeholders: {
      "8e03978e-…": "$invocation",
      "ccb84f57-…": "$blob",
      "lease-number: 17": "lease-number: 1",
      "after=4711": "after=0",
      "0b6c…": "$prompt",
    },
  },
  "docs/metrics.md": { before: "mkdir /etc/prometheus" },
  "docs/operations.md": {
    before: 'ln -s "$PROJECT/observability" .',
    placeholders: { "bench-2026-11-21": "bench-$(date +%F)" },
  },
  "docs/procedures.md": { before: "cp examples/runs/titration.yaml .", placeholders: { "titration@2": "titration@1" } },
  "docs/recordings.md": {
    placeholders: { "7a2f…": "$(curl -s http://127.0.0.1:5000/gateway/recordings | jq -r '.[0].id')" },
  },
  "docs/runs.md": {
    before: "cp examples/runs/titration.yaml .; mkdir -p ~/.config; : >~/.config/benchd-token",
    placeholders: { "https://bench.example --token-file ~/.config/benchd-token": "http://bench:5000" },
    timeScale: 60,
  },
};

export const standOf = (page: string): Stand => stands[page] ?? {};
/** For the test that none is left over. */
export const standing: readonly string[] = Object.keys(stands);
