import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readState, updateState } from "../../../etcd/server/state-file.ts";
import { files } from "../support/server-directory.ts";

class Scratch implements Disposable {
  readonly directory = mkdtempSync(join(tmpdir(), "etcd-state-"));
  readonly path = join(this.directory, "state.json");

  [Symbol.dispose](): void {
    rmSync(this.directory, { recursive: true });
  }
}

test("what is changed is changed, the rest stays", () => {
  using scratch = new Scratch();
  expect(readState(scratch.path)).toEqual({});
  updateState(scratch.path, { clusterId: "1", mode: "member", endpoints: ["https://a:2379"] }, files);
  updateState(scratch.path, { memberId: "18446744073709551615", mode: "client" }, files);
  expect(readState(scratch.path)).toEqual({
    clusterId: "1",
    memberId: "18446744073709551615",
    mode: "client",
    endpoints: ["https://a:2379"],
  });
  expect(statSync(scratch.path).mode & 0o777).toBe(0o600);
  expect(readdirSync(scratch.directory)).toEqual(["state.json"]);
});

const damages: readonly (readonly [text: string, told: string])[] = [
  ["", "it is empty"],
  ['{"format": 1, "clu', "it is not JSON"],
  ["[]", "it holds no object"],
  ["{}", "its format is undefined"],
  ['{"format": 2}', "its format is 2, known here is 1"],
  ['{"format": 1, "memberId": 7}', "memberId is no text"],
  ['{"format": 1, "mode": "king"}', "mode is none of member, client"],
  ['{"format": 1, "endpoints": "a"}', "endpoints is no list of texts"],
];

for (const [text, told] of damages) {
  test(`refused: ${text || "an empty file"}`, () => {
    using scratch = new Scratch();
    writeFileSync(scratch.path, text);
    expect(() => readState(scratch.path)).toThrow(told);
    expect(() => readState(scratch.path)).toThrow(scratch.path);
    expect(() => updateState(scratch.path, { mode: "client" }, files)).toThrow(told);
  });
}
