/** What there is one of, and what many (dataflow specification, 2.2): `random1` is another text each time it is called. */
import { describe } from "bun:test";
import { type Files, sound } from "./case.ts";

/** @param values two expressions, separated by a semicolon */
function compared(values: string, definitions: string, same: boolean, files?: Files): void {
  const [a, b] = values.split("; ");
  const program = `${definitions}\ntest "t" { boolptr => ${a} == ${b}, }`;
  sound(`${values} after ${definitions}`, program, `test[t] boolptr=${same}`, files);
}
const one = (values: string, definitions: string, files?: Files): void =>
  compared(values, definitions, true, files);
const two = (values: string, definitions: string, files?: Files): void =>
  compared(values, definitions, false, files);

describe("one value", () => {
  one("$x; $x", "$x = random1(16)");
  one("f(); f()", "$x = random1(16)\nfunc f() { $x }");
  one('$f("a"); $f("a")', "$x = random1(16)\n$f = func($a) { $x + $a }");
  one("f(random1(16)); true", "func f($a) { $a == $a }");
  one("$g(); $g()", "func f($a) { func() { $a } }\n$g = f(random1(16))");
  one("$i.x; $j.x", "$o = random1(16)\nclass c {\n $x = $o\n}\ninclude c as i\ninclude c as j");
  one("$i.x; $i.y", "class c($a) {\n $x = $a\n $y = $a\n}\ninclude c(random1(16)) as i");
});

describe("a value each", () => {
  two("random1(16); random1(16)", "# two calls");
  two("f(); f()", "func f() { random1(16) }");
  two("$f(); $f()", "$f = func() { random1(16) }");
  two("$g(); $g()", "func f() { func() { random1(16) } }\n$g = f()");
  two("$i.x; $j.x", "class c {\n $x = random1(16)\n}\ninclude c as i\ninclude c as j");
  two("$p.x; $q.x", 'import "p.mcl"\nimport "q.mcl"', {
    "p.mcl": 'import "m.mcl"\n$x = $m.x',
    "q.mcl": 'import "m.mcl"\n$x = $m.x',
    "m.mcl": "$x = random1(16)",
  });
  two("$l[0]; $l[1]", 'import "iter"\n$l []str = iter.map([1, 1], func($x) { random1(16) })');
});
