import { expect, test } from "bun:test";
import { Lab } from "./lab.ts";

test("nothing is applied, what is wrong is reported, and all have their turn", async () => {
  const lab = new Lab({ noop: true });
  const applied: boolean[] = [];
  const check = ({ apply }: { apply: boolean }): boolean => {
    applied.push(apply);
    return false;
  };
  await lab.run(
    [lab.resource("a", { check }), lab.resource("b", { check }), lab.resource("c")],
    ["a => b", "b => c"],
  );
  expect(applied).toEqual([false, false]);
  expect(lab.states()).toEqual(["a: noop", "b: noop", "c: ok"]);
  expect(lab.status("a").changes).toBe(0);
});

test("a notification is seen once, stays due, and is acted on when the mode ends", async () => {
  const lab = new Lab();
  const seen: string[] = [];
  let wrong = true;
  const a = lab.resource("a", { check: () => !wrong });
  const s = (noop: boolean) =>
    lab.resource("s", {
      refreshable: true,
      meta: { noop },
      check: ({ apply, refresh }) => {
        seen.push(`${apply ? "apply" : "look"} ${refresh}`);
        return true;
      },
    });
  await lab.run([a, s(true)], ["a => s"]);
  wrong = false;
  expect(lab.states()).toEqual(["a: ok", "s: noop"]);
  expect(lab.engine.busy).toBe(false);
  await lab.run([a, s(false)], ["a => s"]);
  expect(seen).toEqual(["look true", "apply true"]);
  expect(lab.states()).toEqual(["a: ok", "s: ok"]);
});
