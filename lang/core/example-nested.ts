/** Module `example/nested`: shows that modules can be nested. */
import { pure, t } from "./define.ts";

export const hello = pure({
  module: "example/nested",
  name: "hello",
  summary: "A greeting.",
  args: [],
  returns: t.str,
  examples: { "nested.hello()": '"Hello!"' },
  call: () => "Hello!",
});
