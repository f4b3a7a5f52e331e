import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { refusalOf } from "../../bench/load.ts";
import { goesOn, linesOf, listOf, type StepNode, standingOf, storedAs, treeOf } from "../../runs/outline.ts";
import type { Check, OutlineStep, Procedure, Run } from "../../runs/shapes.ts";
import { Document } from "../procedures/document.tsx";

interface Text {
  readonly document: string;
  readonly outline: readonly OutlineStep[];
  readonly problem: string;
}

/** What a run does, step by step, and where it is. */
export function RunSteps({ run }: { readonly run: Run }): JSX.Element {
  const text = useText(run);
  const tree = useMemo(() => treeOf(text?.outline ?? []), [text]);
  return (
    <>
      <section class="stack tight">
        <h2>Steps</h2>
        {text?.problem && <p class="soft">{text.problem}</p>}
        {tree.length > 0 ? (
          <Steps nodes={tree} run={run} />
        ) : (
          <ul>
            {run.positions.map(({ path, line, text: words, round }) => (
              <li key={path}>
                {words}, line {line}
                {round && `, round ${round.n} of ${round.of}`}
              </li>
            ))}
          </ul>
        )}
      </section>
      {text?.document && (
        <section class="stack tight">
          <h2>Its text</h2>
          <Document text={text.document} current={linesOf(run)} mistakes={[]} />
        </section>
      )}
    </>
  );
}

const signs = { here: "▸", within: "▹", done: "✓", ahead: "·" } as const;

interface StepsProps {
  readonly nodes: readonly StepNode[];
  readonly run: Run;
}

function Steps({ nodes, run }: StepsProps): JSX.Element {
  return (
    <ol class="run-steps">
      {nodes.map((node, n) => {
        const standing = standingOf(node.path, run.positions, run.state);
        const position = run.positions.find(({ path }) => path === node.path);
        const list = listOf(node.path);
        const begins = list !== listOf(nodes[n - 1]?.path ?? "") && !["steps", "repeat", "try"].includes(list);
        const words = { here: goesOn(run) ? "now" : "ended here", within: "", done: "done", ahead: "" }[standing];
        return (
          <li key={node.path} class={standing} aria-current={standing === "here" && goesOn(run) ? "step" : undefined}>
            {begins && <p class="soft small">{list === "onFailure" ? "when that fails" : list}</p>}
            <span class="sign" aria-hidden="true">
              {signs[standing]}
            </span>
            {node.text} <span class="soft small nowrap">line {node.line}</span>
            {position?.round && (
              <strong class="small nowrap">
                {" "}
                round {position.round.n} of {position.round.of}
              </strong>
            )}
            {words && " "}
            {words && <span class={standing === "done" ? "unseen" : "small badge busy"}>{words}</span>}
            {node.steps.length > 0 && <Steps nodes={node.steps} run={run} />}
          </li>
        );
      })}
    </ol>
  );
}

/** What was run, and what it says; undefined while that is read. */
function useText({ id, file, parameters }: Run): Text | undefined {
  const { connection } = useBench();
  const found = useSignal<Text | undefined>(undefined);
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const read = async () => {
      const stored = storedAs(file);
      const path = stored
        ? `/gateway/procedures/${encodeURIComponent(stored.name)}`
        : `/gateway/history/${encodeURIComponent(id)}`;
      const told = await connection.get(path, { signal, query: { version: stored?.version } });
      const document = stored ? (told as Procedure).document : (told as History).input?.document;
      if (!document) return { document: "", outline: [], problem: "Its text is not kept any more." };
      const body = { document, parameters: parameters ?? {} };
      const outline = connection.request("POST", "/gateway/procedures/check", { signal, body }).then(
        ({ body: check }) => (check as Check).steps,
        // Who may only look is told no more than where it is.
        () => [],
      );
      return { document, outline: await outline, problem: "" };
    };
    void read()
      .catch((error) => ({ document: "", outline: [], problem: `Its text could not be read: ${refusalOf(error)}` }))
      .then((text) => {
        if (!signal.aborted) found.value = text;
      });
    return () => leaving.abort();
  }, [connection, id, file]);
  return found.value;
}

interface History {
  readonly input: { readonly document?: string | null } | null;
}
