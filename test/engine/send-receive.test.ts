import { describe, expect, test } from "bun:test";
import type { Value } from "../../lang/value.ts";
import { Lab, type Script } from "./lab.ts";

const sending = (values: () => Readonly<Record<string, Value>>): Script => ({
  check: (_run, context) => {
    context.send(new Map(Object.entries(values())));
    return true;
  },
});

/** A receiver of `content` from `a.output` that writes down what it was run with. */
function receiving(seen: string[], more: Script = {}): Script {
  return {
    receives: { content: "a.output" },
    check: ({ received }, context) => {
      seen.push(`${context.current().fields.get("content")} ${[...received].join()}`);
      return true;
    },
    ...more,
  };
}

describe("values", () => {
  test("arrive before the check, and changed ones cause one", async () => {
    const lab = new Lab();
    const seen: string[] = [];
    let output = "one";
    await lab.run(
      [
        lab.resource(
          "a",
          sending(() => ({ output })),
        ),
        lab.resource("b", receiving(seen)),
      ],
      ["a -> b"],
    );
    lab.event("a");
    await lab.engine.settled();
    output = "two";
    lab.event("a");
    await lab.engine.settled();
    lab.event("b");
    await lab.engine.settled();
    expect(seen).toEqual(["one content", "two content", "two "]);
    expect(lab.status("b").fields).toEqual(new Map([["content", "two"]]));
  });

  test("start the watch over, which may depend on them", async () => {
    const lab = new Lab();
    await lab.run(
      [
        lab.resource(
          "a",
          sending(() => ({ output: "x" })),
        ),
        lab.resource("b", receiving([])),
      ],
      ["a -> b"],
    );
    expect(lab.history).toEqual(["open a", "watch a", "open b", "watch b", "unwatch b", "watch b"]);
  });

  test("are not lost at a swap, and cause no replacement", async () => {
    const lab = new Lab();
    const seen: string[] = [];
    const make = () => [
      lab.resource(
        "a",
        sending(() => ({ output: "x" })),
      ),
      lab.resource("b", receiving(seen)),
    ];
    await lab.run(make(), ["a -> b"]);
    lab.takeChecked();
    await lab.run(make(), ["a -> b"]);
    expect(lab.checked).toEqual([]);
    lab.event("b");
    await lab.engine.settled();
    expect(seen).toEqual(["x content", "x "]);
  });

  test("come from the new sender after rewiring, without a new start", async () => {
    const lab = new Lab();
    const seen: string[] = [];
    const senders = ["a", "c"].map((name) =>
      lab.resource(
        name,
        sending(() => ({ output: `of ${name}` })),
      ),
    );
    await lab.run([...senders, lab.resource("b", receiving(seen))], ["a -> b", "c -> b"]);
    const rewired = receiving(seen, { receives: { content: "c.output" } });
    await lab.run([...senders, lab.resource("b", rewired)], ["a -> b", "c -> b"]);
    await lab.run([...senders, lab.resource("b", { ...rewired, receives: {} })], ["a -> b", "c -> b"]);
    expect(seen).toEqual(["of a content", "of c content", "undefined "]);
    expect(lab.history.filter((line) => line === "open b").length).toBe(1);
  });

  test("of a check that fails are not published", async () => {
    const lab = new Lab();
    const seen: string[] = [];
    let round = 0;
    const a = lab.resource("a", {
      meta: { retry: 1 },
      check: (_run, context) => {
        context.send(new Map([["output", String(++round)]]));
        if (round === 1) throw new Error("not yet");
        return true;
      },
    });
    await lab.run([a, lab.resource("b", receiving(seen))], ["a -> b"]);
    expect(seen).toEqual(["2 content"]);
  });

  test("stay marked as changed until a check succeeds", async () => {
    const lab = new Lab();
    const seen: string[] = [];
    const b = lab.resource("b", {
      receives: { content: "a.output" },
      meta: { retry: 1 },
      check: ({ received }) => {
        seen.push([...received].join());
        if (seen.length === 1) throw new Error("not yet");
        return true;
      },
    });
    await lab.run(
      [
        lab.resource(
          "a",
          sending(() => ({ output: "x" })),
        ),
        b,
      ],
      ["a -> b"],
    );
    lab.event("b");
    await lab.engine.settled();
    expect(seen).toEqual(["content", "content", ""]);
  });
});

describe("what cannot be received", () => {
  const cases: { name: string; sender: Script | undefined; receiver?: Script; error: string }[] = [
    { name: "no sender", sender: undefined, error: "cannot receive content: test[a] is not in the graph" },
    {
      name: "nothing sent",
      sender: {},
      error: "cannot receive content: nothing has been sent yet by test[a]",
    },
    {
      name: "another field",
      sender: sending(() => ({ stdout: "x", stderr: "y" })),
      error: "cannot receive content: test[a] does not send output; it sends stderr, stdout",
    },
    {
      name: "another type",
      sender: sending(() => ({ output: 7n })),
      error: "content from test[a].output will not do: the value received for content does not fit",
    },
    {
      name: "a value against the rules",
      sender: sending(() => ({ output: "bad" })),
      receiver: { validate: (fields) => (fields.get("content") === "bad" ? "content is bad" : undefined) },
      error: "content from test[a].output will not do: content is bad",
    },
    {
      name: "several problems",
      sender: {},
      receiver: { receives: { content: "a.output", mode: "b.mode" } },
      error:
        "cannot receive content: nothing has been sent yet by test[a]; cannot receive mode: nothing has been sent yet by test[b]",
    },
  ];
  for (const { name, sender, receiver, error } of cases) {
    test(name, async () => {
      const lab = new Lab();
      const b = lab.resource("b", receiving([], receiver));
      await (sender === undefined
        ? lab.run([b, lab.resource("c")], ["b -> c"])
        : lab.run([lab.resource("a", sender), b, lab.resource("c")], ["a -> b", "b -> c"]));
      expect(lab.status("b")).toMatchObject({ state: "failed", error });
      expect(lab.status("c")).toMatchObject({ state: "blocked", blockedBy: ["test[b]"] });
    });
  }

  test("is tried again when the sender has something else", async () => {
    const lab = new Lab();
    const seen: string[] = [];
    let output: Value = 7n;
    await lab.run(
      [
        lab.resource(
          "a",
          sending(() => ({ output })),
        ),
        lab.resource("b", receiving(seen)),
      ],
      ["a -> b"],
    );
    expect(lab.status("b").state).toBe("failed");
    output = "text";
    lab.event("a");
    await lab.engine.settled();
    expect(lab.status("b").state).toBe("ok");
    expect(seen).toEqual(["text content"]);
  });

  test("is tried again by hidden resources too", async () => {
    const lab = new Lab();
    let output: Value = 7n;
    const a = lab.resource(
      "a",
      sending(() => ({ output })),
    );
    await lab.run([a, lab.resource("b", receiving([], { meta: { hidden: true } }))], ["a -> b"]);
    expect(lab.status("b").state).toBe("failed");
    output = "text";
    lab.event("a");
    await lab.engine.settled();
    expect(lab.status("b").state).toBe("ok");
    expect(lab.status("b").fields).toEqual(new Map([["content", "text"]]));
  });

  test("is no failure in a dry run, where the sender was left alone", async () => {
    const lab = new Lab({ noop: true });
    const seen: string[] = [];
    await lab.run(
      [lab.resource("a", { check: () => false }), lab.resource("b", receiving(seen)), lab.resource("c")],
      ["a -> b", "b -> c"],
    );
    expect(lab.states()).toEqual(["a: noop", "b: noop", "c: ok"]);
    expect(seen).toEqual([]);
  });
});
