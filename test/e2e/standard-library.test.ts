import { expect, test } from "bun:test";
import { mgmt } from "./support/mgmt.ts";
import { Scratch } from "./support/scratch.ts";

const program = `import "encoding"
import "regexp"

$config struct{name str; size int} = encoding.decode_json("{\\"name\\": \\"web1\\", \\"size\\": 9007199254740993}")

test "matching" {
	interface => [regexp.match("(?i)^WEB\\\\d+$", $config->name), regexp.match("\\\\p{Greek}", $config->name)],
}
test "size" {
	interface => $config->size + 0,
}
test "past" {
	interface => history($config->size + 1, 1000),
}
`;

test("libraries that are loaded when a function first needs them are in the executable", async () => {
  using dir = new Scratch();
  const { status, stdout, stderr } = await mgmt(["graph", "--format", "json", dir.program(program)]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(JSON.parse(stdout)).toMatchObject({
    vertices: [
      { name: "matching", fields: { interface: [true, false] } },
      { name: "past", fields: { interface: "9007199254740994" } },
      { name: "size", fields: { interface: "9007199254740993" } },
    ],
  });
});
