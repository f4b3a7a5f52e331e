import { ask, background, defineThing, InvocationError, log, shield, sleep, Type } from "../../../src/driver.ts";

const Title = { title: "Asks" } as const;

/** A Thing whose actions ask. */
export const asker = defineThing({
  title: "Asker",
  config: Type.Object({}),
  actions: {
    /** Until somebody says that it is done. */
    ready: Title,
    weigh: { ...Title, output: Type.Number() },
    hurried: { ...Title, output: Type.Number(), input: Type.Object({ otherwise: Type.Optional(Type.Number()) }) },
    both: { ...Title, output: Type.Array(Type.String()) },
    ever: Title,
    stubborn: { ...Title, cancelGraceMs: 1000 },
    wrongly: { ...Title, input: Type.Object({ question: Type.Unknown() }) },
    many: { ...Title, input: Type.Object({ questions: Type.Integer() }) },
    hasty: { ...Title, urgent: true },
    deadline: { ...Title, timeoutMs: 5000 },
  },
  async open() {
    const mass = Type.Number({ minimum: 0, unit: "g" });
    const text = Type.String({ maxLength: 20 });
    return {
      invoke: {
        async ready() {
          await ask({ message: "Put the beaker on the pan" });
          log("going on");
        },
        weigh: () => ask({ message: "How much is it?", schema: mass }),
        async hurried({ otherwise }) {
          const onTimeout = otherwise === undefined ? "fail" : { answer: otherwise };
          return ask({ message: "Quickly now", schema: mass, timeoutMs: 10_000, onTimeout });
        },
        async both() {
          const answers: string[] = [];
          background(async () => void answers.push(`left: ${await ask({ message: "Left?", schema: text })}`));
          answers.push(`right: ${await ask({ message: "Right?", schema: text })}`);
          while (answers.length < 2) await sleep(100);
          return answers;
        },
        async ever() {
          while (await ask({ message: "Again?", schema: Type.Boolean() })) await sleep(10);
        },
        stubborn: () => shield(async () => void (await ask({ message: "Park it by hand" }))),
        async wrongly({ question }) {
          await ask(question as { message: string });
        },
        async many({ questions }) {
          for (let n = 0; n < questions; n++) background(async () => void (await ask({ message: `Number ${n}` })));
        },
        async hasty() {
          await ask({ message: "Now?" });
        },
        async deadline() {
          try {
            await ask({ message: "Take your time" });
          } finally {
            await shield(() => sleep(100));
          }
          throw new InvocationError("nobody is to come here");
        },
      },
    };
  },
});
