import { describe, expect, test } from "bun:test";
import { coreCatalogue } from "../../../lang/core/index.ts";
import type { Diagnostic } from "../../../lang/diagnostic.ts";
import type { Input } from "../../../lang/modules/input.ts";
import { load } from "../../../lang/modules/load.ts";
import type { RemoteFiles } from "../../../lang/modules/module-files.ts";

const program: Input = { kind: "directory", path: "" };

type Table = Readonly<Record<string, string>>;

/** Loads from a table of files, beside which nothing is. */
async function loadFrom(table: Table, remote: RemoteFiles = {}, input = program) {
  const files = { read: async (path: string) => table[path], remote };
  const loaded = await load(input, files, coreCatalogue);
  const diagnostics: Diagnostic[] = [];
  for (const file of loaded.files)
    for (const target of file.imports.values())
      if (target.kind === "failed") diagnostics.push(...target.diagnostics);
  return { paths: loaded.files.map((file) => file.path), diagnostics };
}

/** What a download would bring: files by the URL of their repository. */
class Remote {
  readonly table: Record<string, string>;
  readonly downloads: string[] = [];
  readonly updates: string[] = [];

  constructor(
    table: Table,
    readonly repositories: Readonly<Record<string, Table>> = {},
  ) {
    this.table = { ...table };
  }

  readonly download = async (url: string, directory: string): Promise<void> => {
    this.downloads.push(`${url} ${directory}`);
    const files = this.repositories[url];
    if (files === undefined) throw new Error("no such repository");
    for (const [name, text] of Object.entries(files)) this.table[directory + name] = text;
  };

  readonly update = async (directory: string): Promise<void> => {
    this.updates.push(directory);
    if (directory.includes("stuck")) throw new Error("not possible to fast-forward");
  };
}

const importX = 'import "git://h/x/"\n';
const module = { "metadata.yaml": "", "main.mcl": "" };

/** A module at a place. */
function at(directory: string, files: Table = module): Table {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [directory + name, text]));
}

describe("where a remote module is found", () => {
  const cases: readonly (readonly [what: string, files: Table, global: string | undefined, found: string])[] =
    [
      [
        "in the path of the importing module",
        { "metadata.yaml": "path: vendor/\n", "main.mcl": importX, ...at("vendor/h/x/"), ...at("/m/h/x/") },
        "/m/",
        "vendor/h/x/main.mcl",
      ],
      [
        "in the global directory, if not there",
        { "metadata.yaml": "path: vendor/\n", "main.mcl": importX, ...at("/m/h/x/") },
        "/m/",
        "/m/h/x/main.mcl",
      ],
      [
        "in the global directory, without metadata",
        { "main.mcl": importX, ...at("/m/h/x/") },
        "/m/",
        "/m/h/x/main.mcl",
      ],
      [
        "in a global directory beside the program",
        { "main.mcl": importX, ...at("m/h/x/") },
        "m/",
        "m/h/x/main.mcl",
      ],
      [
        "in the path of a parent",
        {
          "metadata.yaml": "path: vendor/\n",
          "main.mcl": 'import "lib/"\n',
          ...at("lib/", { "metadata.yaml": "", "main.mcl": importX }),
          ...at("vendor/h/x/"),
          ...at("/m/h/x/"),
        },
        "/m/",
        "vendor/h/x/main.mcl",
      ],
      [
        "in the nearest path of all",
        {
          "metadata.yaml": "path: vendor/\n",
          "main.mcl": 'import "lib/"\n',
          ...at("lib/", { "metadata.yaml": "path: own/\n", "main.mcl": importX }),
          ...at("vendor/h/x/"),
          ...at("lib/own/h/x/"),
        },
        undefined,
        "lib/own/h/x/main.mcl",
      ],
      [
        "not in the path of a parent that is blocked off",
        {
          "metadata.yaml": "path: vendor/\n",
          "main.mcl": 'import "lib/"\n',
          ...at("lib/", { "metadata.yaml": "parentpathblock: true\n", "main.mcl": importX }),
          ...at("vendor/h/x/"),
          ...at("/m/h/x/"),
        },
        "/m/",
        "/m/h/x/main.mcl",
      ],
      [
        "not in the path of a parent beyond a module without metadata",
        {
          "metadata.yaml": "path: vendor/\n",
          "main.mcl": 'import "lib/"\n',
          ...at("lib/", { "main.mcl": importX }),
          ...at("vendor/h/x/"),
          ...at("/m/h/x/"),
        },
        "/m/",
        "/m/h/x/main.mcl",
      ],
      [
        "where its own main file is",
        { "main.mcl": importX, ...at("/m/h/x/", { "metadata.yaml": "main: src/a.mcl\n", "src/a.mcl": "" }) },
        "/m/",
        "/m/h/x/src/a.mcl",
      ],
    ];
  test.each(cases)("%s", async (_, files, global, found) => {
    const { paths, diagnostics } = await loadFrom(files, { directory: global });
    expect(diagnostics).toEqual([]);
    expect(paths.at(-1)).toBe(found);
  });

  test("imports within it, by path and by URL", async () => {
    const { paths, diagnostics } = await loadFrom(
      {
        "main.mcl": importX,
        ...at("/m/h/x/", {
          "metadata.yaml": "path: deps/\n",
          "main.mcl": 'import "a.mcl"\nimport "https://h:8443/y?ref=1"\n',
          "a.mcl": "",
        }),
        ...at("/m/h/x/deps/h/y/"),
      },
      { directory: "/m/" },
    );
    expect(diagnostics).toEqual([]);
    expect(paths).toEqual(["main.mcl", "/m/h/x/main.mcl", "/m/h/x/a.mcl", "/m/h/x/deps/h/y/main.mcl"]);
  });

  test("literal code has them, too", async () => {
    const input: Input = { kind: "code", code: importX, path: "stdin" };
    const { paths } = await loadFrom(at("/m/h/x/"), { directory: "/m/" }, input);
    expect(paths).toEqual(["stdin", "/m/h/x/main.mcl"]);
  });
});

describe("what cannot be found", () => {
  test("says where it was looked for, and the cure", async () => {
    const { diagnostics } = await loadFrom(
      { "metadata.yaml": "path: vendor/\n", "main.mcl": importX },
      { directory: "/m/" },
    );
    expect(diagnostics).toMatchObject([
      {
        phase: "scope",
        code: "no-such-module",
        notes: ["looked for vendor/h/x/metadata.yaml and /m/h/x/metadata.yaml"],
        help: "`--download` clones it into `vendor/h/x/`",
      },
    ]);
  });

  test("a directory without metadata.yaml is no remote module", async () => {
    const files = { "main.mcl": importX, "/m/h/x/main.mcl": "" };
    const { diagnostics } = await loadFrom(files, { directory: "/m/" });
    expect(diagnostics.map(({ code }) => code)).toEqual(["no-such-module"]);
  });

  test("there may be nowhere to look", async () => {
    const { diagnostics } = await loadFrom({ "main.mcl": importX });
    expect(diagnostics).toMatchObject([{ phase: "scope", code: "no-module-path" }]);
    expect(diagnostics[0]?.help).toContain("`--module-path`");
  });

  test("cycles are found", async () => {
    const { diagnostics } = await loadFrom(
      {
        "main.mcl": importX,
        ...at("/m/h/x/", { "metadata.yaml": "", "main.mcl": 'import "git://h/y/"\n' }),
        ...at("/m/h/y/", { "metadata.yaml": "", "main.mcl": importX }),
      },
      { directory: "/m/" },
    );
    expect(diagnostics).toMatchObject([
      {
        code: "recursive-import",
        notes: ["/m/h/x/main.mcl imports /m/h/y/main.mcl imports /m/h/x/main.mcl"],
      },
    ]);
  });
});

describe("getting modules", () => {
  test("what is missing goes into the first directory, once, with all that it imports", async () => {
    const remote = new Remote(
      {
        "metadata.yaml": "path: vendor/\n",
        "main.mcl": `${importX}import "git://h/x/" as again\nimport "git://h/there/"\n`,
        ...at("/m/h/there/"),
      },
      {
        "git://h/x/": { "metadata.yaml": "", "main.mcl": 'import "https://user@h:99/y?v=1#z"\n' },
        "https://user@h:99/y": module,
      },
    );
    const { paths, diagnostics } = await loadFrom(remote.table, {
      directory: "/m/",
      download: remote.download,
    });
    expect(diagnostics).toEqual([]);
    expect(remote.downloads).toEqual(["git://h/x/ vendor/h/x/", "https://user@h:99/y vendor/h/y/"]);
    expect(paths).toEqual(["main.mcl", "vendor/h/x/main.mcl", "vendor/h/y/main.mcl", "/m/h/there/main.mcl"]);
  });

  test("what cannot be downloaded is tried once, and told once", async () => {
    const remote = new Remote({ "main.mcl": `${importX}import "git://h/x/" as again\n` });
    const { diagnostics } = await loadFrom(remote.table, { directory: "/m/", download: remote.download });
    expect(remote.downloads).toEqual(["git://h/x/ /m/h/x/"]);
    expect(new Set(diagnostics).size).toBe(1);
    expect(diagnostics[0]).toMatchObject({
      phase: "scope",
      code: "download-failed",
      message: "cannot download `git://h/x/`: no such repository",
      notes: ["it was to be cloned into /m/h/x/"],
    });
  });

  test("what is there is updated once, what was just downloaded is not", async () => {
    const remote = new Remote(
      {
        "main.mcl": `${importX}import "git://h/y/"\nimport "lib/"\nimport "git://h/new/"\n`,
        ...at("/m/h/x/", { "metadata.yaml": "", "main.mcl": 'import "git://h/y/"\n' }),
        ...at("/m/h/y/"),
        ...at("lib/", { "metadata.yaml": "path: own/\n", "main.mcl": 'import "git://h/y/"\n' }),
      },
      { "git://h/new/": module },
    );
    const { diagnostics } = await loadFrom(remote.table, {
      directory: "/m/",
      download: remote.download,
      update: remote.update,
    });
    expect(diagnostics).toEqual([]);
    expect(remote.updates).toEqual(["/m/h/x/", "/m/h/y/"]);
  });

  test("what cannot be updated is told", async () => {
    const remote = new Remote({ "main.mcl": 'import "git://h/stuck/"\n', ...at("/m/h/stuck/") });
    const { diagnostics } = await loadFrom(remote.table, { directory: "/m/", update: remote.update });
    expect(diagnostics).toMatchObject([
      { code: "update-failed", message: "cannot update `git://h/stuck/`: not possible to fast-forward" },
    ]);
  });
});
