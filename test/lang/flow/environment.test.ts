import { afterEach, expect, test } from "bun:test";
import {
  add,
  bind,
  core,
  counted,
  ifStatement,
  lessThan,
  lit,
  loop,
  ManualSource,
  resource,
  show,
  start,
  stopRuns,
  use,
} from "./support.ts";

afterEach(stopRuns);

test("regions: a bind of an outer loop is shared by the iterations of an inner one", async () => {
  const { fn, calls } = counted((x) => x);
  const source = new ManualSource("latest", [1n, 2n]);
  const run = start(
    loop("for", source.read(), (_i, outer, outside) => {
      const x = bind(core(fn, [outer]), outside);
      return [
        loop(
          "for",
          source.read(),
          () => [ifStatement(core(lessThan, [use(x), lit(0n)]), [], [resource(lit("r"))])],
          outside,
        ),
      ];
    }),
  );
  expect(await run.state()).toEqual(["test[r]"]);
  expect(calls()).toBe(2);
});

test("a chain of binds may be longer than the stack is deep", async () => {
  const source = new ManualSource("latest", 1n);
  let last = bind(source.read());
  for (let index = 0; index < 30_000; index++) last = bind(core(add, [use(last), lit(1n)]));
  const run = start(show("a", use(last)));
  expect(await run.state()).toEqual(["a=30001"]);
  source.emit(2n);
  expect(await run.state()).toEqual(["a=30002"]);
});
