import { describe, expect, test } from "bun:test";
import { edgesWithAutomatic } from "../../src/engine/autoedge.ts";
import type { EngineGraph } from "../../src/engine/graph.ts";
import type { Identity, Want } from "../../src/engine/resource.ts";
import { Lab } from "./lab.ts";

const lab = new Lab();
const before = (...anyOf: Identity[]): Want => ({ anyOf, order: "found-first" });
const after = (...anyOf: Identity[]): Want => ({ anyOf, order: "self-first" });

function edges(graph: EngineGraph): string[] {
  const name = (index: number): string => graph.resources[index]?.name ?? "?";
  return edgesWithAutomatic(graph).map(
    ({ from, to, notify, auto }) => `${name(from)} ${notify ? "=>" : "->"} ${name(to)}${auto ? " auto" : ""}`,
  );
}

describe("automatic edges", () => {
  test("go to the first identity that is found, in either order", () => {
    const graph = lab.graph([
      lab.resource("/a/b/c", { wants: [before("file:/a/b/", "file:/a/", "file:/")] }),
      lab.resource("/", { identities: ["file:/"] }),
      lab.resource("/a/", { identities: ["file:/a/"], wants: [before("file:/")] }),
      lab.resource("image", { identities: ["image:x"] }),
      lab.resource("container", { wants: [after("image:x")] }),
    ]);
    expect(edges(graph)).toEqual(["/ -> /a/ auto", "/a/ -> /a/b/c auto", "container -> image auto"]);
  });

  test("do not replace explicit ones, whose notification stays", () => {
    const graph = lab.graph(
      [lab.resource("unit", { identities: ["file:u"] }), lab.resource("svc", { wants: [before("file:u")] })],
      ["unit => svc", "unit -> svc"],
    );
    expect(edges(graph)).toEqual(["unit => svc"]);
  });

  test("take the first owner in sorted order, one that works before a hidden one, never oneself", () => {
    const identities: Identity[] = ["user:x"];
    const graph = lab.graph([
      lab.resource("c", { identities }),
      lab.resource("b", { identities, wants: [before("user:x")] }),
      lab.resource("a", { identities, meta: { hidden: true } }),
    ]);
    expect(edges(graph)).toEqual(["c -> b auto"]);
  });

  test("leave out who wants no part in it, on both sides", () => {
    const meta = { autoedge: false };
    const graph = lab.graph([
      lab.resource("a", { identities: ["file:a"], meta }),
      lab.resource("b", { wants: [before("file:a")] }),
      lab.resource("c", { identities: ["file:c"] }),
      lab.resource("d", { wants: [before("file:c")], meta }),
    ]);
    expect(edges(graph)).toEqual([]);
  });

  test("that close a cycle are named as such", async () => {
    const graph = lab.graph(
      [lab.resource("dir", { identities: ["file:d"] }), lab.resource("file", { wants: [before("file:d")] })],
      ["file -> dir"],
    );
    expect(() => new Lab().engine.swap(graph)).toThrow(
      "the resources depend on each other in a cycle: test[dir] -> (automatic) test[file] -> test[dir]" +
        "; automatic edges are left out for a resource with Meta:autoedge => false",
    );
    const without = new Lab();
    await without.engine.swap({ ...graph, autoedges: false });
    expect(without.engine.edges()).toEqual([
      { from: "test[file]", to: "test[dir]", notify: false, auto: false },
    ]);
  });

  test("are run like others", async () => {
    const running = new Lab();
    await running.run([
      running.resource("a", { wants: [before("file:z")] }),
      running.resource("z", { identities: ["file:z"] }),
    ]);
    expect(running.checked).toEqual(["z", "a"]);
  });
});
