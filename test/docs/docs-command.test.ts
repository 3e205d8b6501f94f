import { expect, test } from "bun:test";
import { mgmt } from "../e2e/support/mgmt.ts";

const topics: readonly (readonly [topic: string, says: readonly string[]])[] = [
  ["file", ["# file\n", "- `content` (str): ", "## Example\n"]],
  ["svc", ["# svc\n\n**Not built yet**: ", "- `session` (bool, default `false`): ", "## Example\n"]],
  ["http:server:file", ["Its work is done by `http:server`"]],
  ["strings.split", ["# strings.split\n", 'Import it with `import "strings"`.']],
  ["strings", ["# strings\n", "## strings.split\n", "## strings.trim_space\n"]],
  ["golang/runtime", ["# golang/runtime\n", "## runtime.num_cpu\n"]],
  ["golang/strings", ["# golang/strings\n", "## strings.equal_fold\n"]],
  ["len", ["# len\n", 'len({"a" => 1}) # 1']],
  ["builtin", ["# builtin\n", "## len\n"]],
  ["split", ["# strings.split\n"]],
  ["mod", ["# math.mod\n", 'Import it with `import "math"`.', 'Import it with `import "golang/math"`.']],
  ["example.nativeanswer", ["# example.nativeanswer\n", 'Import it with `import "example"`.']],
  ["$example.test1", ["$example.test1\n", "include example.test1\n"]],
  ["+", ["# Operators\n"]],
  ["in", ["# Operators\n"]],
  ["os", ["## Constants\n\n- `$os.family_redhat`: "]],
  ["operators", ["# Operators\n", "## `a + b`\n", "## `struct->field <|> fallback`\n"]],
  ["meta", ["# Metaparameters\n", "- `Meta:retry` (int, default `0`): "]],
  ["metaparameters", ["# Metaparameters\n"]],
  ["constants", ["- `$hostname`: ", '- `$const.res.file.state.exists`: `"exists"`']],
  ["value", ["# value\n\nKeeps", "# value\n\nImport"]],
];

test.each(topics)("mgmt docs %s", async (topic, says) => {
  const { status, stdout, stderr } = await mgmt(["docs", topic]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  for (const each of says) expect(stdout).toContain(each);
});

test("mgmt docs lists what there is", async () => {
  const { status, stdout } = await mgmt(["docs"]);
  expect(status).toBe(0);
  expect(stdout).toContain("- `file`: Manages ");
  const [built = "", others = ""] = stdout.split("## Resource kinds that are not built yet");
  expect(built).toContain("- `exec`: ");
  expect(built).not.toContain("- `svc`: ");
  expect(others).toContain("- `svc`: ");
  expect(stdout).toContain("- `strings`: contains, ");
  expect(stdout).not.toContain("](");
});

test("mgmt docs suggests what may have been meant", async () => {
  const { status, stdout, stderr } = await mgmt(["docs", "fille"]);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toBe("mgmt docs: there is nothing about `fille`; did you mean file?\n");
});
