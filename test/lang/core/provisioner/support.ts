/** Programs that include the classes of `embedded/provisioner`, and what they come to. */
import { afterEach, beforeEach } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResourceGraph } from "../../../../lang/output/resource-graph.ts";
import { print } from "../../../../lang/value.ts";
import { createHost } from "../../../../src/agent/host.ts";
import { localWorld } from "../../../../src/world/local.ts";
import type { World } from "../../../../src/world/world.ts";
import { linesOf } from "../../corpus/case.ts";
import { firstGraph, type Outcome } from "../../programs.ts";

/** Fields of a struct, or variables. */
export type Config = Readonly<Record<string, string>>;

/** What a host has in common with its programs, anew for each test of a file. */
export class Provisioning {
  #world: World | undefined;
  #prefix = "";
  #ends = new AbortController();

  constructor() {
    beforeEach(() => {
      this.#prefix = mkdtempSync(join(tmpdir(), "mgmt-provisioner-"));
      this.#world = localWorld(this.#prefix);
      this.#ends = new AbortController();
    });
    afterEach(() => {
      this.#ends.abort();
      rmSync(this.#prefix, { recursive: true });
    });
  }

  /** What the host keeps. */
  get world(): World {
    if (this.#world === undefined) throw new Error("there is a world within tests only");
    return this.#world;
  }

  outcomeOf(program: string, environment: Config = {}): Promise<Outcome> {
    const host = {
      ...createHost({
        hostname: "h1",
        log: () => {},
        signal: this.#ends.signal,
        prefix: this.#prefix,
        world: this.world,
      }),
      environment: new Map(Object.entries(environment)),
    };
    return firstGraph(program, {}, { host: () => host });
  }

  async graphOf(program: string, environment?: Config): Promise<ResourceGraph> {
    const outcome = await this.outcomeOf(program, environment);
    if (outcome.kind === "error") throw new Error(outcome.diagnostics.map((each) => each.message).join("\n"));
    return outcome.graph;
  }
}

const struct = (config: Config): string =>
  `struct{${Object.entries(config)
    .map(([field, value]) => `${field} => ${value}`)
    .join(", ")}}`;

export const base = (config: Config = {}): string =>
  `import "embedded/provisioner"
  include provisioner.base(${struct({ prefix: '"/srv/p/"', interface: '"eth1"', ...config })}) as base
  `;
export const repo = (config: Config = {}): string => `include base.repo(${struct(config)}) as repo\n`;
export const host = (config: Config = {}): string =>
  `include base.host("web1", ${struct({ repo: '"fedora39-x86_64"', ...config })}) as web1\n`;

export const mac = '"52:54:00:00:00:11"';
export const ip = '"192.168.42.11/24"';

/** A field of a resource, as programs write it; empty if it is unset. */
export function field(graph: ResourceGraph, kind: string, name: string, of: string): string {
  const found = graph.resources.find((each) => each.kind === kind && each.name === name);
  if (found === undefined) throw new Error(`there is no ${kind}[${name}]`);
  const value = found.fields.get(of);
  return value === undefined ? "" : print(value);
}

export function text(graph: ResourceGraph, kind: string, name: string, of: string): string {
  const value = graph.resources.find((each) => each.kind === kind && each.name === name)?.fields.get(of);
  if (typeof value !== "string") throw new Error(`${kind}[${name}] has no text ${of}`);
  return value;
}

export const namesOf = ({ resources }: ResourceGraph, kind: string): readonly string[] =>
  resources
    .filter((each) => each.kind === kind)
    .map(({ name }) => name)
    .sort();

/** Its vertices without fields, and its edges, as `mgmt graph` tells of them. */
export const shapeOf = (graph: ResourceGraph): readonly string[] =>
  linesOf(graph)
    .map((line) => (line.includes("] -> ") ? line : line.replace(/\] .*$/s, "]")))
    .toSorted();
