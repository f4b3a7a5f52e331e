import {
  acknowledgeCancel,
  Blob,
  blob,
  defineThing,
  InvocationError,
  log,
  report,
  shield,
  sleep,
  Type,
} from "benchd/driver";

/** LabThings takes title and description from one doc string; so do we here. */
const told = (text: string) => ({ title: text, description: text });

/** No hardware to wait for: in the Web of Things view whoever invokes it is answered by its output. */
const quick = { synchronous: true, timeoutMs: 1000 };

/**
 * A Thing without hardware, to try clients and the gateway on: it counts, fails and dawdles as it is told. Its names and
 * schemas are those of the LabThings demonstration Thing. Units: `delay` and `seconds` in s. Nothing to leave safe; every
 * action ends on a cancel but `uncancellable`, which ends when it is done or when the grace is over.
 */
export default defineThing({
  title: "CounterThing",
  description: "A counter with some actions.",
  config: Type.Object({}),

  properties: {
    counter: {
      ...told("The current value of the counter."),
      schema: Type.Integer({ minimum: 0, default: 0 }),
      observable: true,
      maxAgeMs: 0,
    },
    fixed: {
      ...told("A read-only property."),
      schema: Type.String({ default: "constant" }),
      observable: true,
      readOnly: true,
    },
    gain: {
      ...told("A persistent setting."),
      schema: Type.Number({ default: 1 }),
      observable: true,
      persist: true,
      maxAgeMs: 0,
    },
    broken: { ...told("A functional property whose getter raises."), schema: Type.Integer(), readOnly: true },
    func_rw: {
      ...told("A functional read/write property (not observable)."),
      schema: Type.Integer(),
      maxAgeMs: 0,
    },
  },

  actions: {
    noop: told("Do nothing at all."),
    increment: {
      ...told("Add to the counter and return its new value."),
      input: Type.Object({ by: Type.Integer({ title: "By", default: 1 }) }),
      output: Type.Integer(),
      ...quick,
    },
    slow_count: {
      ...told("Count slowly; may be cancelled."),
      input: Type.Object({
        n: Type.Integer({ title: "N", default: 5 }),
        delay: Type.Number({ title: "Delay", unit: "s", default: 0.2 }),
      }),
      output: Type.Integer(),
    },
    uncancellable: {
      ...told("Sleep without looking at the cancel event."),
      input: Type.Object({ seconds: Type.Number({ title: "Seconds", unit: "s", default: 1 }) }),
      output: Type.String(),
    },
    fail: {
      ...told("Raise an unhandled exception."),
      input: Type.Object({ message: Type.String({ title: "Message", default: "it broke" }) }),
    },
    fail_handled: told("Raise an anticipated error."),
    echo: {
      ...told("Return the arguments."),
      input: Type.Object({ number: Type.Integer({ title: "Number" }), text: Type.String({ title: "Text" }) }),
      output: Type.Object({ number: Type.Integer(), text: Type.String() }),
      ...quick,
    },
    zero: { ...told("Return 0 (a falsy output)."), output: Type.Integer(), ...quick },
    no_lock: { title: "no_lock", output: Type.String(), lane: false },
    anything: {
      ...told("Accept any keyword arguments and return them."),
      input: Type.Object({}, { additionalProperties: true }),
      output: Type.Unknown(),
    },
    bad_output: {
      ...told("Return something which does not match the annotation."),
      // Promises an integer in the Thing Description, but not to the compiler, so that it can be broken.
      output: Type.Unsafe<unknown>(Type.Integer()),
    },
    make_blob: { ...told("Return a text file."), output: Blob({ mediaType: "text/plain" }) },
    read_blob: {
      ...told("Take a blob as input and return its length."),
      input: Type.Object({ blob: Blob({ mediaType: "text/plain", title: "TextBlob" }) }),
      output: Type.Integer(),
    },
    short_lived: {
      ...told("Keep the invocation for only half a second."),
      output: Type.String(),
      retentionMs: 500,
    },
  },

  async open({ changed }) {
    let counter = 0;
    let gain = 1;
    let funcRw = 0;

    return {
      read: {
        counter: () => counter,
        fixed: () => "constant",
        gain: () => gain,
        broken: () => {
          throw new Error("cannot read the hardware");
        },
        func_rw: () => funcRw,
      },
      write: {
        counter(value) {
          counter = value;
        },
        gain(value) {
          gain = value;
        },
        func_rw(value) {
          if (value < 0) throw new Error("negative values upset the hardware");
          funcRw = value;
        },
      },
      invoke: {
        noop() {},
        increment({ by }) {
          if (counter + by < 0) throw new InvocationError("the counter cannot go below 0");
          counter += by;
          changed("counter", counter);
          return counter;
        },
        async slow_count({ n, delay }) {
          for (let i = 1; i <= n; i++) {
            await sleep(delay * 1000);
            counter += 1;
            changed("counter", counter);
            log(`counted ${i} of ${n}`);
            report({ done: i, of: n });
          }
          return counter;
        },
        async uncancellable({ seconds }) {
          await shield(() => sleep(seconds * 1000));
          acknowledgeCancel();
          return "finished anyway";
        },
        fail({ message }) {
          throw new Error(message);
        },
        fail_handled() {
          throw new InvocationError("the sample is missing");
        },
        echo: ({ number, text }) => ({ number, text }),
        zero: () => 0,
        no_lock: () => "ran without the lock",
        anything: (input) => input,
        bad_output: () => "not an int",
        make_blob: () => blob(new TextEncoder().encode("some bytes\n"), { mediaType: "text/plain" }),
        read_blob: async ({ blob: given }) => (await given.bytes()).length,
        short_lived: () => "soon forgotten",
      },
    };
  },
});
