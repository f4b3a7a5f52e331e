/** Who runs the programs that stand in the documentation, or what they take that no test has. */
export interface ExampleRow {
  readonly page: string;
  /** How it begins; unless told, each that has a name: ```` ```ts dose.ts ````. */
  readonly begins?: string;
  /** A file of the repository that runs it, or the same, and has these words in it. */
  readonly runBy?: { readonly file: string; readonly words: string };
  readonly takes?: string;
}

const labthings =
  "labthings-fastapi, from the Python package index; test/http holds the wire to what its client sends and expects";
const pandas = "pandas, and a recording of one's own; test/cli/record.test.ts and others read such files";
const fragment = "a page, or a program around it";

export const examples: readonly ExampleRow[] = [
  {
    page: "README.md",
    begins: "import { defineThing",
    runBy: { file: "test/docs.test.ts", words: "expect(readme).toContain(smallest)" },
  },
  { page: "README.md", begins: "from labthings_fastapi", takes: labthings },
  { page: "docs/client.md", runBy: { file: "test/client/docs.thorough.ts", words: "docs/client.md" } },
  { page: "docs/driver-guide.md", runBy: { file: "test/docs.thorough.ts", words: "guideExamples()" } },
  { page: "docs/driver-reference.md", runBy: { file: "test/docs.thorough.ts", words: "guideExamples()" } },
  { page: "docs/python.md", runBy: { file: "test/client/python.thorough.ts", words: "docs/python.md" } },
  { page: "docs/python.md", begins: "from labthings_fastapi", takes: labthings },
  { page: "docs/python.md", begins: "import httpx", takes: labthings },
  { page: "docs/python.md", begins: "import os", takes: "TLS, beside what bench.py does" },
  {
    page: "docs/http-api.md",
    begins: "import createClient",
    runBy: { file: "test/openapi-client/client.thorough.ts", words: "docs/http-api.md" },
  },
  { page: "docs/http-api.md", begins: "from benchd_client", takes: "a client that openapi-python-client has made" },
  { page: "docs/http-api.md", begins: "import httpx", takes: labthings },
  { page: "docs/http-api.md", begins: "new WebSocket", takes: fragment },
  { page: "docs/events.md", begins: "const events", takes: fragment },
  { page: "docs/configuration.md", begins: "import { defineThing", takes: "what stands behind its dots" },
  { page: "docs/web-of-things.md", begins: "const td", takes: fragment },
  { page: "docs/recordings.md", begins: "import pandas", takes: pandas },
  { page: "docs/runs.md", begins: "import pandas", takes: pandas },
];
