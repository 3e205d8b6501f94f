/**
 * The standard library: all core functions and constants, by module. Loaded for every run, but for `golang/…`, so that
 * modules do no work when they are loaded beyond their declarations.
 */
import type { CoreConstant, FunctionCatalogue } from "../scope/catalogue.ts";
import * as builtin from "./builtin.ts";
import * as convert from "./convert.ts";
import * as datetime from "./datetime.ts";
import type { CoreFunction } from "./define.ts";
import * as deploy from "./deploy.ts";
import { provisionerOptions } from "./embedded-provisioner.ts";
import * as encoding from "./encoding.ts";
import * as example from "./example.ts";
import * as exampleNested from "./example-nested.ts";
import * as fmt from "./fmt.ts";
import { golangModules } from "./golang-modules.ts";
import * as iter from "./iter.ts";
import * as list from "./list.ts";
import * as local from "./local.ts";
import * as map from "./map.ts";
import * as math from "./math.ts";
import { mclSources } from "./mcl/index.ts";
import * as net from "./net.ts";
import * as netHttp from "./net-http.ts";
import * as os from "./os.ts";
import * as regexp from "./regexp.ts";
import * as strings from "./strings.ts";
import * as sys from "./sys.ts";
import * as sysFwupd from "./sys-fwupd.ts";
import * as test from "./test.ts";
import * as util from "./util.ts";
import * as value from "./value.ts";
import * as world from "./world.ts";
import * as worldCollect from "./world-collect.ts";

const { constants: osConstants, familyTests, ...osFunctions } = os;

const loadedFunctions: readonly CoreFunction[] = [
  builtin,
  convert,
  datetime,
  deploy,
  encoding,
  example,
  exampleNested,
  fmt,
  iter,
  list,
  local,
  map,
  math,
  net,
  netHttp,
  osFunctions,
  regexp,
  strings,
  sys,
  sysFwupd,
  test,
  util,
  value,
  world,
  worldCollect,
]
  .flatMap((module): CoreFunction[] => Object.values(module))
  .concat(familyTests, provisionerOptions);

const byModule = Map.groupBy(loadedFunctions, (each) => each.module);
const mclModules = [...mclSources.keys()]
  .filter((path) => path.endsWith("/main.mcl"))
  .map((path) => path.slice(0, -"/main.mcl".length));
const noConstants: ReadonlyMap<string, CoreConstant> = new Map();

function functionsOf(module: string): readonly CoreFunction[] {
  const load = golangModules.get(module);
  if (load !== undefined && !byModule.has(module)) byModule.set(module, Object.values(load()));
  return byModule.get(module) ?? [];
}

/** Every core function that can be named in a program, module by module. */
export function coreFunctions(): readonly CoreFunction[] {
  return ["", ...coreCatalogue.modules].flatMap(functionsOf);
}

/** The standard library as name resolution sees it. */
export const coreCatalogue: FunctionCatalogue = {
  modules: new Set(
    [...byModule.keys(), ...golangModules.keys(), ...mclModules].filter((module) => module !== ""),
  ),
  get: (module, name) => functionsOf(module).find((each) => each.name === name),
  names: (module) => functionsOf(module).map((each) => each.name),
  constants: (module) => (module === "os" ? osConstants : noConstants),
  sources: mclSources,
};
