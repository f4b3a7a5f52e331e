import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ConfigError, DefinitionError } from "../../src/errors.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { checkDefinition } from "../../src/thing/check-definition.ts";

const fixture = (file: string) => fileURLToPath(new URL(`../fixtures/drivers/${file}`, import.meta.url));

test("a driver of benchd's own is found by its name", async () => {
  const catalogue = openCatalogue();
  expect(await catalogue.names()).toContain("counter");
  expect((await catalogue.definition("counter")).actions).toHaveProperty("noop");
});

test("every driver of benchd's own is one that would not be refused: none is judged again at each start", async () => {
  const catalogue = openCatalogue();
  const names = await catalogue.names();
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) checkDefinition(await catalogue.definition(name), name);
});

test("a driver by path is loaded, and loaded once", async () => {
  const catalogue = openCatalogue();
  const lamp = await catalogue.definition(fixture("lamp.ts"));
  expect(lamp.title).toBe("Lamp");
  expect(await catalogue.definition(fixture("lamp.ts"))).toBe(lamp);
});

test("a misspelt driver is refused with the one that was meant", async () => {
  const refused = openCatalogue().definition("cuonter");
  await expect(refused).rejects.toBeInstanceOf(ConfigError);
  await expect(refused).rejects.toThrow('there is no driver "cuonter"; did you mean "counter"?');
});

test.each(["../src/errors", "counter.ts", "", "counter/../counter"])(
  "the name %j leads nowhere, least of all out of the package",
  async (name) => {
    await expect(openCatalogue().definition(name)).rejects.toThrow("there is no driver");
  },
);

test("a driver that is not where the path says is refused", async () => {
  await expect(openCatalogue().definition(fixture("gone.js"))).rejects.toThrow(/there is no driver .*gone\.js/);
});

test("a module that exports no definition is refused with what it lacks", async () => {
  await expect(openCatalogue().definition(fixture("no-default.js"))).rejects.toThrow("export default defineThing");
});

test("a module that does not load is refused with its path and the reason", async () => {
  const refused = openCatalogue().definition(fixture("broken.js"));
  await expect(refused).rejects.toBeInstanceOf(DefinitionError);
  await expect(refused).rejects.toThrow(/broken\.js cannot be loaded: /);
});

test("a driver has the twin of its own name, unless another is named", async () => {
  const catalogue = openCatalogue();
  expect(await catalogue.twin(fixture("lamp.ts"), fixture("lamp-twin.ts"))).toBeTypeOf("function");
  expect(await catalogue.twin(fixture("lamp.ts"))).toBeUndefined();
  expect(await catalogue.twin("no-such-driver")).toBeUndefined();
});

test("a twin that is named but missing, or none, is refused", async () => {
  const catalogue = openCatalogue();
  await expect(catalogue.twin("counter", "cuonter")).rejects.toThrow('there is no twin "cuonter"');
  await expect(catalogue.twin("counter", fixture("no-default.js"))).rejects.toThrow("exports no twin");
});
