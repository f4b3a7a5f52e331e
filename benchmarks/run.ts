/**
 * What benchd costs, as ratios within one run on one machine: only these mean anything elsewhere. Each benchmark prints a
 * table; name some to run only these (`npm run bench -- exchanges`).
 */
const benchmarks = [
  "invocations",
  "exchanges",
  "readers",
  "flood",
  "journal",
  "emergency",
  "subscribers",
  "recordings",
  "dashboard",
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !benchmarks.includes(name));
if (unknown.length > 0)
  throw new Error(`there is no benchmark ${unknown.join(", ")}: known are ${benchmarks.join(", ")}`);
console.log(`node ${process.version}, ${process.arch}`);
for (const name of benchmarks) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  const { run } = (await import(`./${name}.js`)) as { readonly run: () => Promise<void> };
  await run();
}
