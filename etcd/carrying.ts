/** Has the bundler put etcd into an executable. */
import type { BunPlugin } from "bun";
import type { PackedProgram } from "./packed.ts";

/**
 * Puts a module with these programs in the place of `carried.ts`. They are files inside the executable then, of which
 * nothing is read before it is asked for; with none, the executable carries none.
 */
export function carrying(programs: readonly PackedProgram[]): BunPlugin {
  return {
    name: "etcd",
    setup(build) {
      build.onLoad({ filter: /\/etcd\/carried\.ts$/ }, () => ({
        loader: "ts",
        contents: carryingModule(programs),
      }));
    },
  };
}

function carryingModule(programs: readonly PackedProgram[]): string {
  const imports = programs.map(
    ({ path }, index) => `import path${index} from ${JSON.stringify(path)} with { type: "file" };`,
  );
  const entries = programs.map(({ name, version, target, sha256 }, index) => {
    const fields = JSON.stringify({ name, version, target, sha256 });
    return `    { ...${fields}, path: path${index} },`;
  });
  return [...imports, "export function carriedPrograms() {", "  return [", ...entries, "  ];", "}"].join(
    "\n",
  );
}
