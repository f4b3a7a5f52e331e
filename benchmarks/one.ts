/** Run one benchmark, as `run.ts` asks for it. Ends with 1 when it missed a promise, with 2 when it could not be run. */
const [name = ""] = process.argv.slice(2);
// As at any other end: what was started is ended, and its files are removed.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(2));
try {
  const { run } = (await import(`./${name}.js`)) as { readonly run: () => Promise<void> };
  await run();
} catch (error) {
  console.error(error);
  process.exitCode = 2;
}
