import { afterEach, describe, expect, test } from "bun:test";
import { CatchableError } from "../../../lang/core/define.ts";
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
});
