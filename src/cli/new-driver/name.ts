import { openCatalogue } from "../../gateway/catalogue.ts";
import { nameMistake } from "../../gateway/config/rules.ts";
import { UsageError } from "../usage.ts";

const isKebab = (text: string) => /^[a-z][a-z0-9-]*$/.test(text) && !/--|-$/.test(text);
/** It ends up in names of files and of a package, and in lines that have to stay short. */
const maxLength = 40;

/** A new driver is called `ph-meter`; its Thing in examples and tests `ph_meter`, and its title `Ph meter`. */
export interface DriverName {
  readonly driver: string;
  readonly thing: string;
  readonly title: string;
}

/** Throws `UsageError` for what cannot be a name, or is one of benchd's own already. */
export async function readName(text: string): Promise<DriverName> {
  if (!isKebab(text) || text.length > maxLength) {
    const plain = text
      .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^[-0-9]+|-+$/g, "");
    const example = isKebab(plain) && plain.length <= maxLength ? plain : "ph-meter";
    throw new UsageError(
      `"${text}" cannot be the name of a driver: small letters, digits and single hyphens, at most ${maxLength}, such as ${example}`,
    );
  }
  const thing = text.replaceAll("-", "_");
  const mistake = nameMistake(thing);
  if (mistake !== undefined)
    throw new UsageError(`a driver "${text}" would be tried as a Thing of that name: ${mistake}`);
  if ((await openCatalogue().names()).includes(text))
    throw new UsageError(`benchd has a driver "${text}" already (driver: ${text}): choose another name`);
  const words = text.replaceAll("-", " ");
  return { driver: text, thing, title: `${words.charAt(0).toUpperCase()}${words.slice(1)}` };
}
