import { expect, test } from "bun:test";
import { evaluate } from "../../../lang/flow/evaluate.ts";
import { host, kinds, ManualSource, root, show, summary } from "./support.ts";

test("ticks run by themselves when something happens", async () => {
  const source = new ManualSource("latest", 1n);
  const abort = new AbortController();
  const program = { region: root, block: [show("a", source.read())] };
  const seen: string[] = [];
  for await (const report of evaluate(program, { host, kinds, signal: abort.signal })) {
    seen.push(...summary(report));
    if (seen.length === 1) source.emit(2n, 3n);
    else abort.abort();
  }
  expect(seen).toEqual(["a=1", "a=3"]);
});
