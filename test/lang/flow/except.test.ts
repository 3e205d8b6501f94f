import { afterEach, describe, expect, test } from "bun:test";
import { CatchableError } from "../../../lang/core/define.ts";
import type { TypedExpression } from "../../../lang/types/typed.ts";
import {
  choose,
  core,
  divide,
  except,
  lessThan,
  lit,
  ManualSource,
  show,
  start,
  stopRuns,
} from "./support.ts";

afterEach(stopRuns);

describe("<|>", () => {
  test("the fallback exists only while it is needed; both changes happen within their tick", async () => {
    const divisor = new ManualSource("latest", 2n);
    const fallback = new ManualSource("latest", "fallback");
    const run = start(show("a", except(core(divide, [divisor.read()]), fallback.read())));
    expect(await run.state()).toEqual(["a=50"]);
    expect(fallback.opened).toBe(0);
    divisor.emit(0n);
    expect(run.settle()).toBe(1);
    expect(await run.state()).toEqual(["a=fallback"]);
    divisor.emit(4n);
    expect(run.settle()).toBe(1);
    expect(await run.state()).toEqual(["a=25"]);
    expect(fallback.open).toEqual([]);
  });

  test("a failing fallback is caught further out; a changed message rebuilds nothing", async () => {
    const file = new ManualSource();
    const fallback = new ManualSource("latest", "d");
    const run = start(show("a", except(except(file.read(), core(divide, [lit(0n)])), fallback.read())));
    file.fail(new CatchableError("no such file"));
    expect(await run.state()).toEqual(["a=d"]);
    file.fail(new CatchableError("permission denied"));
    expect(await run.state()).toBeUndefined();
    expect(fallback.opened).toBe(1);
    file.emit("content");
    expect(await run.state()).toEqual(["a=content"]);
  });

  test("catches a failed condition, and does not catch a fatal failure", async () => {
    const n = new ManualSource("latest", 0n);
    const run = start(
      show(
        "a",
        except(
          choose(core(lessThan, [core(divide, [n.read()]), lit(5n)]), lit("t"), lit("f")),
          lit("caught"),
        ),
      ),
    );
    expect(await run.state()).toEqual(["a=caught"]);
    n.emit(10n);
    expect(await run.state()).toEqual(["a=f"]);
    n.emit(-1n);
    expect(await run.state()).toEqual(["stream: negative divisor"]);
    n.emit(0n);
    expect(await run.state()).toEqual(["a=caught"]);
  });

  test("of several in a row, the first that has a value counts, and none after it exists", async () => {
    const sources = [3n, 0n, 2n, 0n].map((initial) => new ManualSource("latest", initial));
    const [first, ...others] = sources.map((source) => core(divide, [source.read()]));
    if (first === undefined) throw new Error("no alternatives");
    const run = start(show("a", others.reduce(except, first)));
    const opened = (): readonly number[] => sources.map((source) => source.open.length);
    const steps: readonly [change: readonly [number, bigint][], shown: string, opened: readonly number[]][] =
      [
        [[], "a=33", [1, 0, 0, 0]],
        [[[0, 0n]], "a=50", [1, 1, 1, 0]],
        [[[2, 0n]], "stream: can't divide by zero", [1, 1, 1, 1]],
        [[[1, 5n]], "a=20", [1, 1, 0, 0]],
        [[[1, -1n]], "stream: negative divisor", [1, 1, 0, 0]],
        [[[1, 0n]], "stream: can't divide by zero", [1, 1, 1, 1]],
        [[[3, 4n]], "a=25", [1, 1, 1, 1]],
        [
          [
            [1, 1n],
            [2, 10n],
          ],
          "a=100",
          [1, 1, 0, 0],
        ],
        [[[0, 2n]], "a=50", [1, 0, 0, 0]],
        [
          [
            [0, 0n],
            [0, 100n],
          ],
          "a=1",
          [1, 0, 0, 0],
        ],
      ];
    for (const [changes, shown, open] of steps) {
      for (const [index, value] of changes) sources[index]?.emit(value);
      expect(await run.state()).toEqual([shown]);
      expect(opened()).toEqual(open);
    }
  });

  test("of several in a row, one that has not spoken is waited for", async () => {
    const path = new ManualSource("latest", "x");
    const [file, other] = [new ManualSource(), new ManualSource("latest", "other")];
    const run = start(
      show("a", except(except(core(divide, [lit(0n)]), file.read(path.read())), other.read())),
    );
    expect(await run.state()).toBeUndefined();
    file.fail(new CatchableError("no such file"));
    expect(await run.state()).toEqual(["a=other"]);
    path.emit("y");
    expect(await run.state()).toBeUndefined();
    other.emit("another");
    expect(await run.state()).toBeUndefined();
    file.fail(new CatchableError("no such file"));
    expect(await run.state()).toEqual(["a=another"]);
    file.emit("content");
    expect(await run.state()).toEqual(["a=content"]);
    expect([file.open.length, other.open.length]).toEqual([1, 0]);
  });

  test("a long row that fails takes no time", async () => {
    const divisor = new ManualSource("latest", 0n);
    const each = (): TypedExpression => core(divide, [divisor.read()]);
    let row = each();
    for (let index = 0; index < 20_000; index++) row = except(row, each());
    const run = start(show("a", except(row, lit("none"))));
    expect(await run.state()).toEqual(["a=none"]);
    divisor.emit(4n);
    expect(await run.state()).toEqual(["a=25"]);
  });
});
