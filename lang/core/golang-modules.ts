/**
 * The modules `golang` and `golang/…`, by import path. They are many, and few programs use them: each is loaded when it is first
 * asked for, at once, as name resolution does not wait.
 */
import type { CoreFunction } from "./define.ts";

type Load = () => Readonly<Record<string, CoreFunction>>;

export const golangModules: ReadonlyMap<string, Load> = new Map<string, Load>([
  ["golang", (): typeof import("./golang.ts") => require("./golang.ts")],
  ["golang/html", (): typeof import("./golang-html.ts") => require("./golang-html.ts")],
  ["golang/math", (): typeof import("./golang-math.ts") => require("./golang-math.ts")],
  ["golang/math/rand", (): typeof import("./golang-math-rand.ts") => require("./golang-math-rand.ts")],
  ["golang/os", (): typeof import("./golang-os.ts") => require("./golang-os.ts")],
  ["golang/os/exec", (): typeof import("./golang-os-exec.ts") => require("./golang-os-exec.ts")],
  ["golang/path", (): typeof import("./golang-path.ts") => require("./golang-path.ts")],
  [
    "golang/path/filepath",
    (): typeof import("./golang-path-filepath.ts") => require("./golang-path-filepath.ts"),
  ],
  ["golang/runtime", (): typeof import("./golang-runtime.ts") => require("./golang-runtime.ts")],
  ["golang/strconv", (): typeof import("./golang-strconv.ts") => require("./golang-strconv.ts")],
  ["golang/strings", (): typeof import("./golang-strings.ts") => require("./golang-strings.ts")],
]);
