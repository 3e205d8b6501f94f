/**
 * The standard library: all core functions and constants, by module. Loaded for every run, so that modules do no work
 * when they are loaded beyond their declarations.
 */
import type { CoreConstant, FunctionCatalogue } from "../scope/catalogue.ts";
import * as builtin from "./builtin.ts";
import * as convert from "./convert.ts";
import * as datetime from "./datetime.ts";
import type { CoreFunction } from "./define.ts";
import * as encoding from "./encoding.ts";
import * as example from "./example.ts";
import * as exampleNested from "./example-nested.ts";
import * as fmt from "./fmt.ts";
import * as golangHtml from "./golang-html.ts";
import * as golangMath from "./golang-math.ts";
import * as golangMathRand from "./golang-math-rand.ts";
import * as golangOs from "./golang-os.ts";
import * as golangOsExec from "./golang-os-exec.ts";
import * as golangPath from "./golang-path.ts";
import * as golangPathFilepath from "./golang-path-filepath.ts";
import * as golangRuntime from "./golang-runtime.ts";
import * as golangStrconv from "./golang-strconv.ts";
import * as golangStrings from "./golang-strings.ts";
import * as iter from "./iter.ts";
import * as list from "./list.ts";
import * as map from "./map.ts";
import * as math from "./math.ts";
import * as net from "./net.ts";
import * as os from "./os.ts";
import * as strings from "./strings.ts";
import { notBuilt } from "./support/not-built.ts";
import * as sys from "./sys.ts";
import * as worldCollect from "./world-collect.ts";

const { constants: osConstants, familyTests, ...osFunctions } = os;

/** Every core function that can be named in a program, module by module. */
export const coreFunctions: readonly CoreFunction[] = [
  builtin,
  convert,
  datetime,
  encoding,
  example,
  exampleNested,
  fmt,
  golangHtml,
  golangMath,
  golangMathRand,
  golangOs,
  golangOsExec,
  golangPath,
  golangPathFilepath,
  golangRuntime,
  golangStrconv,
  golangStrings,
  iter,
  list,
  map,
  math,
  net,
  osFunctions,
  strings,
  sys,
  worldCollect,
]
  .flatMap((module): CoreFunction[] => Object.values(module))
  .concat(familyTests);

const byModule = Map.groupBy(coreFunctions, (each) => each.module);
const byQualifiedName = new Map(coreFunctions.map((each) => [qualify(each.module, each.name), each]));
const noConstants: ReadonlyMap<string, CoreConstant> = new Map();

function qualify(module: string, name: string): string {
  return `${module}.${name}`;
}

/** The standard library as name resolution sees it. */
export const coreCatalogue: FunctionCatalogue = {
  modules: new Set([...byModule.keys(), ...Object.keys(notBuilt)].filter((module) => module !== "")),
  get: (module, name) => byQualifiedName.get(qualify(module, name)),
  names: (module) => (byModule.get(module) ?? []).map((each) => each.name),
  isNotBuilt: (module, name) => notBuilt[module]?.split(" ").includes(name) ?? false,
  constants: (module) => (module === "os" ? osConstants : noConstants),
};
