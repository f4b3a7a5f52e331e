import type { JSX } from "preact";
import type { Schema } from "../../bench/shapes.ts";
import { shortened } from "../value-text.ts";
import { hintOf } from "./limits-text.ts";

interface DescribedProps {
  readonly id: string;
  readonly schema: Schema;
  readonly problem: string | undefined;
  readonly optional?: boolean;
}

/** What a field takes, and what is wrong with what stands in it. */
export function Described({ id, schema, problem, optional = false }: DescribedProps): JSX.Element {
  const { description } = schema;
  const hint = [
    description && shortened(description, 500),
    hintOf(schema),
    optional && !("default" in schema) && "may be left out",
  ];
  return (
    <div id={id} class="described">
      {problem !== undefined && <p class="problem small">{shortened(problem, 500)}</p>}
      <p class="hint">{hint.filter(Boolean).join(" · ")}</p>
    </div>
  );
}
