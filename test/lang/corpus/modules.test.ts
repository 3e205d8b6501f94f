/** Imports: core modules, files, directories (language specification, 6.6 and 13). */
import { describe } from "bun:test";
import { sound, wrong } from "./case.ts";

describe("core modules", () => {
  sound("a module", 'import "fmt"\ntest [fmt.printf("%s", "a")] {}', "test[a]");
  sound("under another name", 'import "fmt" as f\ntest [f.printf("a")] {}', "test[a]");
  sound("without a prefix", 'import "fmt" as *\ntest [printf("a")] {}', "test[a]");
  sound("with a path", 'import "golang/strings"\ntest [strings.to_upper("a")] {}', "test[A]");
  sound(
    "with a path, under another name",
    'import "golang/strings" as gs\ntest [gs.to_upper("a")] {}',
    "test[A]",
  );
  sound("a nested module", 'import "example/nested"\ntest [nested.hello()] {}', "test[Hello!]");
  sound("variables of a module", 'import "os"\ntest [$os.family_debian] {}', "test[debian]");
  sound("unused", 'import "fmt"', "");
  sound(
    "several",
    'import "fmt"\nimport "strings"\ntest [strings.replace_all(fmt.printf("%d", 7), "7", "8")] {}',
    "test[8]",
  );
  sound("in a class", 'class c {\n import "fmt"\n test [fmt.printf("a")] {}\n}\ninclude c', "test[a]");
  sound("in a branch", 'if true {\n import "fmt"\n test [fmt.printf("a")] {}\n}', "test[a]");
  sound(
    "in an outer block",
    'import "fmt"\nif true {\n for $i, $v in ["a"] {\n  test [fmt.printf("%s", $v)] {}\n }\n}',
    "test[a]",
  );
  sound(
    "local definitions win over `as *`",
    'import "fmt" as *\nfunc printf($x) { $x + "!" }\ntest [printf("a")] {}',
    "test[a!]",
  );
  sound(
    "two `as *`",
    'import "fmt" as *\nimport "strings" as *\ntest [printf("a"), replace_all("a", "a", "b")] {}',
    "test[a]\ntest[b]",
  );
  sound(
    "a module and a variable of its name",
    '$fmt = "v"\nimport "fmt"\ntest [$fmt, fmt.printf("a")] {}',
    "test[v]\ntest[a]",
  );

  wrong("an unknown module", 'import "nosuch"', "scope 1:1", /nosuch/);
  wrong("an unknown module in a path", 'import "golang/nosuch"', "scope 1:1", /nosuch/);
  wrong("other letter case", 'import "Fmt"', "scope 1:1", /Fmt/);
  wrong("no name", 'import ""', "init", /empty/);
  wrong("without quotes", "import fmt", "parse 1:8", /fmt/);
  wrong("two on a line", 'import "fmt", "os"', "parse 1:13", /,/);
  wrong("an alias with a dollar", 'import "fmt" as $f', "parse 1:17", /\$/);
  wrong("an alias in quotes", 'import "fmt" as "f"', "parse 1:17", /"f"/);
  wrong("an alias that is empty", 'import "fmt" as', "parse 1:16", /line/);
  wrong(
    "the module's own name, imported under another",
    'import "fmt" as f\ntest [fmt.printf("a")] {}',
    "scope 2:7",
    /fmt/,
  );
  wrong(
    "the module's prefix, imported without",
    'import "fmt" as *\ntest [fmt.printf("a")] {}',
    "scope 2:7",
    /fmt/,
  );
  wrong("an absolute path", 'import "/etc/x.mcl"', "scope 1:1", /absolute/);
  wrong("a path that is not clean", 'import "a//b.mcl"', "scope 1:1", /a\/b\.mcl/);
  wrong("a path that begins with a dot", 'import "./a.mcl"', "scope 1:1", /a\.mcl/);
  wrong("a path with a detour", 'import "a/../b.mcl"', "scope 1:1", /b\.mcl/);
  wrong(
    "an unknown module in a branch that is not taken",
    'if false {\n import "nosuch"\n}',
    "scope 2:2",
    /nosuch/,
  );
});

describe("files", () => {
  for (const [path, alias] of [
    ["lib-x.mcl", "lib_x"],
    ["Lib.mcl", "lib"],
    ["mgmt-mgmt-x.mcl", "mgmt_x"],
    ["a/mgmt.mcl", "mgmt"],
    ["MyLib/", "mylib"],
    ["mgmt-a-b/", "a_b"],
  ] as const)
    sound(`\`${path}\` is \`${alias}\``, `import "${path}"\ntest $${alias}.x {}`, "test[v]", {
      [path.endsWith("/") ? `${path}main.mcl` : path]: '$x = "v"\n',
    });
  for (const path of [
    "-lib.mcl",
    "lib-.mcl",
    "_lib.mcl",
    "lib_.mcl",
    "mgmt-.mcl",
    ".mcl",
    "-lib/",
    "./",
    "a/b//",
  ])
    wrong(`nothing is called \`${path}\``, `import "${path}"`, "scope 1:1", /./, {
      [path.endsWith("/") ? `${path}main.mcl` : path]: '$x = "v"\n',
    });
  sound(
    "the later of two without a prefix wins",
    'if true {\n import "a.mcl" as *\n import "b.mcl" as *\n test [$x, f()] {}\n include c\n}',
    "test[b1]\ntest[b2]\ntest[b3]",
    Object.fromEntries(
      ["a", "b"].map((name) => [
        `${name}.mcl`,
        `$x = "${name}1"\nfunc f() { "${name}2" }\nclass c {\n test "${name}3" {}\n}\n`,
      ]),
    ),
  );
  sound("what a module has without a prefix", 'import "a.mcl"\ntest [$a.x, $a.b.x] {}', "test[c]\ntest[b]", {
    "a.mcl": 'import "c.mcl" as *\nimport "b.mcl"\n',
    "b.mcl": '$x = "b"\n',
    "c.mcl": '$x = "c"\n',
  });
  sound(
    "anything in a class that is never included",
    'class c {\n import "lib.mcl"\n import "nope.mcl"\n}',
    "",
    {
      "lib.mcl": 'test "a" {}\n',
    },
  );

  const lib = { "lib.mcl": '$x = "v"\nfunc f($a) { $a + $x }\nclass c($n) {\n test $n {}\n}\n' };
  sound("variables", 'import "lib.mcl"\ntest "${lib.x}" {}', "test[v]", lib);
  sound("functions", 'import "lib.mcl"\ntest [lib.f("a")] {}', "test[av]", lib);
  sound("classes", 'import "lib.mcl"\ninclude lib.c("a")', "test[a]", lib);
  sound(
    "under another name",
    'import "lib.mcl" as l\ntest "${l.x}" {}\ninclude l.c("a")',
    "test[v]\ntest[a]",
    lib,
  );
  sound(
    "without a prefix",
    'import "lib.mcl" as *\ntest [f("a"), $x] {}\ninclude c("b")',
    "test[av]\ntest[v]\ntest[b]",
    lib,
  );
  sound("unused", 'import "lib.mcl"', "", lib);
  sound(
    "in two blocks",
    'import "lib.mcl"\nif true {\n import "lib.mcl" as m\n test ["${m.x}2", "${lib.x}"] {}\n}',
    "test[v2]\ntest[v]",
    lib,
  );
  sound("a dash in its name", 'import "my-lib.mcl"\ntest "${my_lib.x}" {}', "test[v]", {
    "my-lib.mcl": '$x = "v"\n',
  });
  sound("a prefix of mgmt in its name", 'import "mgmt-lib.mcl"\ntest "${lib.x}" {}', "test[v]", {
    "mgmt-lib.mcl": '$x = "v"\n',
  });
  sound("in a directory", 'import "a/b/lib.mcl"\ntest "${lib.x}" {}', "test[v]", {
    "a/b/lib.mcl": '$x = "v"\n',
  });
  sound("its own imports", 'import "lib.mcl"\ntest [lib.f()] {}', "test[7]", {
    "lib.mcl": 'import "fmt"\nfunc f() { fmt.printf("%d", 7) }\n',
  });
  sound(
    "its imports are reachable through it",
    'import "lib.mcl"\ntest [lib.fmt.printf("a")] {}',
    "test[a]",
    { "lib.mcl": 'import "fmt"\n' },
  );
  sound(
    "a file that imports a file",
    'import "a.mcl"\ntest "${a.b.x}" {}\ntest [$a.y] {}',
    "test[v]\ntest[v!]",
    { "a.mcl": 'import "b.mcl"\n$y = $b.x + "!"\n', "b.mcl": '$x = "v"\n' },
  );
  sound(
    "a file imported from two places",
    'import "a.mcl"\nimport "b.mcl"\ntest [$a.y, $b.y] {}',
    "test[v1]\ntest[v2]",
    {
      "a.mcl": 'import "c.mcl"\n$y = $c.x + "1"\n',
      "b.mcl": 'import "c.mcl"\n$y = $c.x + "2"\n',
      "c.mcl": '$x = "v"\n',
    },
  );
  sound("relative to the importing file", 'import "a/a.mcl"\ntest [$a.y] {}', "test[v]", {
    "a/a.mcl": 'import "b.mcl"\n$y = $b.x\n',
    "a/b.mcl": '$x = "v"\n',
  });
  sound("a file in the directory above", 'import "a/a.mcl"\ntest [$a.y] {}', "test[v]", {
    "a/a.mcl": 'import "../b.mcl"\n$y = $b.x\n',
    "b.mcl": '$x = "v"\n',
  });
  sound(
    "it does not see the importer's names, but may use the same",
    '$x = "mine"\nimport "lib.mcl"\ntest [$x, $lib.x] {}',
    "test[mine]\ntest[v]",
    lib,
  );
  sound("classes keep what is around them", '$x = "mine"\nimport "lib.mcl"\ninclude lib.c', "test[theirs]", {
    "lib.mcl": '$x = "theirs"\nclass c {\n test [$x] {}\n}\n',
  });
  sound("types of a static variable", 'import "lib.mcl"\ntest $lib.x {}', "test[v]", lib);
  sound("core variables in it", 'import "lib.mcl"\ntest "${lib.h}" {}', "test[h1]", {
    "lib.mcl": "$h = $hostname\n",
  });
  sound(
    "include as with a class of it",
    'import "lib.mcl"\ninclude lib.c("a") as i\ntest "${i.n}2" {}',
    "test[a]\ntest[a2]",
    lib,
  );
  sound("an unused mistake of types in it", 'import "lib.mcl"\ntest "${lib.x}" {}', "test[v]", {
    "lib.mcl": '$x = "v"\n$y = 1 + "a"\n',
  });
  sound("an empty file", 'import "lib.mcl"', "", { "lib.mcl": "" });

  wrong("a file that is not there", 'import "nope.mcl"', "scope 1:1", /nope\.mcl/);
  wrong("a name that it does not have", 'import "lib.mcl"\ntest [$lib.nope] {}', "scope 2:7", /nope/, lib);
  wrong("a class that it does not have", 'import "lib.mcl"\ninclude lib.nope', "scope 2:1", /nope/, lib);
  wrong(
    "the wrong number of arguments for its class",
    'import "lib.mcl"\ninclude lib.c',
    "scope 2:1",
    /1 arg|expect/,
    lib,
  );
  wrong(
    "it does not see the importer's variables",
    '$y = "mine"\nimport "lib.mcl"\ntest [$lib.x] {}',
    "scope lib.mcl:1:6",
    /y/,
    { "lib.mcl": "$x = $y\n" },
  );
  wrong(
    "it does not see the importer's imports",
    'import "fmt"\nimport "lib.mcl"\ntest [$lib.x] {}',
    "scope lib.mcl:1:6",
    /fmt/,
    { "lib.mcl": '$x = fmt.printf("a")\n' },
  );
  wrong("a resource in it", 'import "lib.mcl"', "scope lib.mcl:2:1", /unused statements/, {
    "lib.mcl": '$x = 1\ntest "t" {}\n',
  });
  wrong("an include in it", 'import "lib.mcl"', "scope lib.mcl:2:1", /unused statements/, {
    "lib.mcl": "class c {}\ninclude c\n",
  });
  wrong("an if in it", 'import "lib.mcl"', "scope lib.mcl:1:1", /unused statements/, {
    "lib.mcl": "if true {\n}\n",
  });
  wrong("a panic in it", 'import "lib.mcl"', "scope lib.mcl:1:1", /unused statements/, {
    "lib.mcl": "panic(false)\n",
  });
  wrong("an edge in it", 'import "lib.mcl"', "scope lib.mcl:1:1", /unused statements/, {
    "lib.mcl": 'Test["a"] -> Test["b"]\n',
  });
  wrong("a syntax error in it", 'import "lib.mcl"', "scope lib.mcl:1:6", /./, { "lib.mcl": "$x = \n" });
  wrong("an unknown character in it", 'import "lib.mcl"', "scope lib.mcl:1:6", /@/, {
    "lib.mcl": "$x = @\n",
  });
  wrong("a duplicate field in it", 'import "lib.mcl"', "scope lib.mcl:1:6", /duplicate struct field/, {
    "lib.mcl": "$x = struct{a => 1, a => 2}\n",
  });
  wrong("a wrong escape in it", 'import "lib.mcl"', "scope lib.mcl:1:6", /escape/, {
    "lib.mcl": '$x = "\\d"\n',
  });
  wrong("a duplicate class in it", 'import "lib.mcl"', "scope lib.mcl:2:1", /duplicate class/, {
    "lib.mcl": "class a {}\nclass a {}\n",
  });
  wrong("a duplicate bind in it", 'import "lib.mcl"', "scope lib.mcl:2:1", /x/, {
    "lib.mcl": "$x = 1\n$x = 2\n",
  });
  wrong("an unknown name in it", 'import "lib.mcl"', "scope lib.mcl:1:6", /nope/, {
    "lib.mcl": "$x = $nope\n",
  });
  wrong("a cycle in it", 'import "lib.mcl"', "scope lib.mcl:1:6", /recurs/, { "lib.mcl": "$x = $x\n" });
  wrong("an unknown module in it", 'import "lib.mcl"', "scope lib.mcl:1:1", /nosuch/, {
    "lib.mcl": 'import "nosuch"\n',
  });
  wrong(
    "a mistake of types in it",
    'import "lib.mcl"\ntest [$lib.x] {}',
    "type lib.mcl:1:6",
    /int.*str|str.*int/,
    { "lib.mcl": '$x = 1 + "a"\n' },
  );
  wrong(
    "a failure in it",
    'import "lib.mcl"\ntest "t" {\n float64 => $lib.x,\n}',
    "stream lib.mcl:1:6",
    /divide/,
    { "lib.mcl": "$x = 1 / 0\n" },
  );
  wrong("a file that imports itself", 'import "lib.mcl"', "scope lib.mcl:1:1", /recursive import/, {
    "lib.mcl": 'import "lib.mcl"\n',
  });
  wrong("files that import each other", 'import "a.mcl"', "scope b.mcl:1:1", /recursive import/, {
    "a.mcl": 'import "b.mcl"\n',
    "b.mcl": 'import "a.mcl"\n',
  });
  wrong("the same file twice", 'import "lib.mcl"\nimport "lib.mcl" as l', "scope 2:1", /lib\.mcl/, lib);
  wrong(
    "an alias of an include that an import has",
    'import "d/b.mcl"\nclass c {}\ninclude c as b',
    "scope 3:1",
    /b/,
    { "d/b.mcl": "$x = 1\n" },
  );
});

describe("modules that a nested block imports", () => {
  const sees = (title: string, program: string, graph: string, module: string): void =>
    sound(title, program, graph, { "lib.mcl": module });
  sees(
    "see the variables around the block",
    '$y = $z\nif true {\n import "lib.mcl"\n test [$lib.x] {}\n}\n$z = "v"',
    "test[v]",
    "$x = $y\n",
  );
  sees(
    "functions",
    'func f() { "v" }\nif true {\n import "lib.mcl"\n test [$lib.x] {}\n}',
    "test[v]",
    "$x = f()\n",
  );
  sees(
    "classes",
    'class c {\n test "v" {}\n}\nif true {\n import "lib.mcl"\n include lib.d\n}',
    "test[v]",
    "class d {\n include c\n}\n",
  );
  sees(
    "imports",
    'import "fmt"\nif true {\n import "lib.mcl"\n test [$lib.x] {}\n}',
    "test[v]",
    '$x = fmt.printf("v")\n',
  );
  sees(
    "the nearest ones, but not those of the block itself",
    '$y = "far"\nif true {\n $y = "near"\n if true {\n  $y = "own"\n  import "lib.mcl"\n  test [$lib.x, $y] {}\n }\n}',
    "test[near]\ntest[own]",
    "$x = $y\n",
  );
  sees(
    "each what is around its import",
    '$y = "a"\nif true {\n import "lib.mcl"\n test [$lib.x] {}\n}\nif true {\n $y = "b"\n if true {\n  import "lib.mcl"\n  test [$lib.x] {}\n }\n}',
    "test[a]\ntest[b]",
    "$x = $y\n",
  );
  sees(
    "the parameters of a class, for each include",
    'class c($y) {\n import "lib.mcl"\n $y = "own"\n test [$lib.x] {}\n}\ninclude c("a")\ninclude c("b")',
    "test[a]\ntest[b]",
    "$x = $y\n",
  );
  sees(
    "loop variables, for each round",
    'for $i, $v in ["a", "b"] {\n if true {\n  import "lib.mcl"\n  test [$lib.x] {}\n }\n}',
    "test[a]\ntest[b]",
    "$x = $v\n",
  );
  sees(
    "core variables that are hidden around the block",
    '$hostname = "mine"\nif true {\n import "lib.mcl" as *\n test [$x] {}\n}',
    "test[mine]",
    "$x = $hostname\n",
  );
  sees(
    "their own names first",
    '$y = "outer"\nif true {\n import "lib.mcl"\n test [$lib.x] {}\n}',
    "test[theirs]",
    '$x = $y\n$y = "theirs"\n',
  );
  sound(
    "and so do the modules that they import",
    '$y = "v"\nif true {\n import "a.mcl"\n test [$a.x] {}\n}',
    "test[v]",
    { "a.mcl": 'import "b.mcl"\n$x = $b.x\n', "b.mcl": "$x = $y\n" },
  );

  wrong(
    "not what the block itself defines",
    'if true {\n $y = "own"\n import "lib.mcl"\n}',
    "scope lib.mcl:1:6",
    /\$y/,
    { "lib.mcl": "$x = $y\n" },
  );
  wrong(
    "which is not theirs to give",
    '$y = "outer"\nif true {\n import "lib.mcl"\n test [$lib.y] {}\n}',
    "scope 4:8",
    /\$y/,
    { "lib.mcl": "$x = $y\n" },
  );
  wrong(
    "a type that does not fit in one of two places",
    '$y = 1\nif true {\n import "lib.mcl"\n test [$lib.x] {}\n}\nclass c($y) {\n import "lib.mcl"\n test [$lib.x] {}\n}\ninclude c("a")',
    "type lib.mcl:1:6",
    /int.*str|str.*int/,
    { "lib.mcl": '$x = $y + ""\n' },
  );
  wrong(
    "a circle through what is around them",
    '$y = $i.x\nclass c {\n import "lib.mcl"\n $x = $lib.x\n}\ninclude c as i',
    "scope lib.mcl:1:6",
    /recurs/,
    { "lib.mcl": "$x = $y\n" },
  );
});

describe("directories", () => {
  sound("with a main file", 'import "lib/"\ntest "${lib.x}" {}', "test[v]", { "lib/main.mcl": '$x = "v"\n' });
  sound("with metadata", 'import "lib/"\ntest "${lib.x}" {}', "test[v]", {
    "lib/metadata.yaml": "main: code.mcl\n",
    "lib/code.mcl": '$x = "v"\n',
  });
  sound("with empty metadata", 'import "lib/"\ntest "${lib.x}" {}', "test[v]", {
    "lib/metadata.yaml": "",
    "lib/main.mcl": '$x = "v"\n',
  });
  sound("with a main file in a directory of its own", 'import "lib/"\ntest "${lib.x}" {}', "test[v]", {
    "lib/metadata.yaml": "main: src/code.mcl\n",
    "lib/src/code.mcl": '$x = "v"\n',
  });
  sound("that imports from beside its main file", 'import "lib/"\ntest "${lib.y}" {}', "test[v]", {
    "lib/main.mcl": 'import "other.mcl"\n$y = $other.x\n',
    "lib/other.mcl": '$x = "v"\n',
  });
  sound("with a name that begins with mgmt", 'import "mgmt-dns/"\ntest "${dns.x}" {}', "test[v]", {
    "mgmt-dns/main.mcl": '$x = "v"\n',
  });
  sound("in another", 'import "a/b/"\ntest "${b.x}" {}', "test[v]", { "a/b/main.mcl": '$x = "v"\n' });
  sound("above", 'import "a/"\ntest "${a.y}" {}', "test[v]", {
    "a/main.mcl": 'import "../b/"\n$y = $b.x\n',
    "b/main.mcl": '$x = "v"\n',
  });
  sound("under another name", 'import "lib/" as l\ninclude l.c', "test[a]", {
    "lib/main.mcl": 'class c {\n test "a" {}\n}\n',
  });

  const metadata = (yaml: string): readonly [string, Record<string, string>] => [
    'import "lib/"\ntest $lib.x {}',
    { "lib/metadata.yaml": `${yaml}\n`, "lib/main.mcl": '$x = "v"\n' },
  ];
  for (const yaml of [
    "# c",
    "main: main.mcl",
    'main: ""',
    "path: vendor/",
    "files: f/",
    'files: ""',
    "parentpathblock: true",
    "a: b",
  ]) {
    const [program, files] = metadata(yaml);
    sound(`with metadata \`${yaml}\``, program, "test[v]", files);
  }
  for (const yaml of [
    "main: /main.mcl",
    "main: code/",
    "path: vendor",
    "path: /vendor/",
    "files: files",
    "main: [",
    "- a",
  ]) {
    const [program, files] = metadata(yaml);
    wrong(`with metadata \`${yaml}\``, program, "scope", /./, files);
  }
  wrong("without a main file", 'import "lib/"', "scope 1:1", /lib/, { "lib/other.mcl": "" });
  wrong("with metadata that names no file", 'import "lib/"', "scope", /nope\.mcl/, {
    "lib/metadata.yaml": "main: nope.mcl\n",
  });
  wrong("without its slash", 'import "lib"', "scope 1:1", /lib/, { "lib/main.mcl": '$x = "v"\n' });
  wrong("a resource in it", 'import "lib/"', "scope lib/main.mcl:1:1", /unused statements/, {
    "lib/main.mcl": 'test "a" {}\n',
  });
});
