import type { JSX } from "preact";
import type { Schema } from "../bench/shapes.ts";
import { unitText } from "./unit-text.ts";
import { memberSchema, numberText, shortened, unitOf, valueText } from "./value-text.ts";

interface Props {
  readonly value: unknown;
  /** What it is, for its unit. */
  readonly schema?: Schema | undefined;
  /** It was so, and nobody knows whether it still is. */
  readonly stale?: boolean | undefined;
}

/** More members than these stand in a line of words. */
const maxMembers = 8;

/** A value with its unit; of a device's, no more than can be drawn. */
export function Value({ value, schema = {}, stale = false }: Props): JSX.Element {
  const looks = `value${stale ? " stale" : ""}`;
  if (typeof value === "number") {
    const unit = unitText(unitOf(schema));
    return (
      <span class={`${looks} nowrap`} title={String(value)}>
        {numberText(value)}
        {unit !== "" && <span class="unit"> {unit}</span>}
      </span>
    );
  }
  if (isFlat(value))
    return (
      <dl class={`${looks} members`}>
        {Object.keys(value).map((name) => (
          <div key={name}>
            <dt>{shortened(memberSchema(schema, name).title ?? name, 60)}</dt>
            <dd>
              <Value value={Reflect.get(value, name)} schema={memberSchema(schema, name)} />
            </dd>
          </div>
        ))}
      </dl>
    );
  return <span class={looks}>{valueText(value, schema)}</span>;
}

function isFlat(value: unknown): value is object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const members = Object.values(value);
  return members.length > 0 && members.length <= maxMembers && members.every((one) => typeof one !== "object");
}
