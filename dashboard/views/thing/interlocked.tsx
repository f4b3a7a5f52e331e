import type { JSX } from "preact";
import { useBench } from "../../bench/context.ts";
import { type InTheWay, inTheWayOf } from "../../bench/in-the-way.ts";
import { shortened } from "../../parts/value-text.ts";
import { placeOf } from "../../route.ts";

const next: Readonly<Record<InTheWay["wants"], string>> = {
  care: "until that is in order, and somebody has reset it.",
  reset: "although that is in order again: somebody has to reset it.",
  knowledge: "until that is known.",
};

/** What keeps work from a Thing, told before somebody asks for it; nothing where all is well. */
export function Interlocked({ thing }: { readonly thing: string }): JSX.Element | null {
  const found = inTheWayOf(useBench().interlocks.value, thing);
  if (found.length === 0) return null;
  return (
    <section class="notice bad stack tight" aria-label="Interlocks in the way">
      {found.map(({ name, why, wants }) => (
        <div key={name}>
          <p>
            <strong>Interlock {name} stands in the way</strong>: {shortened(why, 500)}
          </p>
          <p class="small">
            Only what reads, stops or does nothing to the device is let in, {next[wants]}{" "}
            <a href={placeOf("safety")}>To safety</a>
          </p>
        </div>
      ))}
    </section>
  );
}

/** The same at what is to be begun: whom to ask, and what to expect. "" where nothing stands in the way. */
export function useInTheWay(thing: string): string {
  const names = inTheWayOf(useBench().interlocks.value, thing).map(({ name }) => name);
  if (names.length === 0) return "";
  return names.length === 1 ? `Interlock ${names[0]} stands` : `Interlocks ${names.join(", ")} stand`;
}
