import {
  appendFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** Changes a small tree at random and quickly, then creates `finished`: a child process of watch-path.test.ts. */
const [root = "", seed = "1"] = process.argv.slice(2);

let state = Number(seed) * 2654435761;
function random(limit: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

function pick<Item>(items: readonly [Item, ...Item[]]): Item {
  return items[random(items.length)] ?? items[0];
}

const file = () => join(root, pick(["a/b/f", "a/b/g", "a/f", "a/b/c/f", "l/f", "l/c/f"]));
const directory = () => join(root, pick(["a", "a/b", "a/b/c"]));
const spare = () => join(root, pick(["s1", "s2", "a/s3", "a/b/s4"]));

const operations: readonly [() => void, ...(() => void)[]] = [
  () => writeFileSync(file(), String(random(1e9))),
  () => {
    const path = file();
    writeFileSync(path, "first");
    writeFileSync(path, String(random(1e9)));
  },
  () => appendFileSync(file(), "+"),
  () => truncateSync(file()),
  () => unlinkSync(file()),
  () => {
    const fresh = join(root, "fresh");
    writeFileSync(fresh, String(random(1e9)));
    renameSync(fresh, file());
  },
  () => renameSync(directory(), spare()),
  () => renameSync(spare(), directory()),
  () => {
    const path = directory();
    renameSync(path, join(root, "away"));
    renameSync(join(root, "away"), path);
  },
  () => {
    const path = directory();
    rmSync(path, { recursive: true });
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "f"), String(random(1e9)));
  },
  () => mkdirSync(join(root, "a/b/c"), { recursive: true }),
  () => rmSync(directory(), { recursive: true }),
  () => {
    unlinkSync(join(root, "l"));
    symlinkSync(pick(["a/b", "s1", "a"]), join(root, "l"));
  },
];

for (let step = 0; step < 3000; step++) {
  try {
    pick(operations)();
  } catch {
    // Most of the tree is missing most of the time: an operation that cannot be done is skipped.
  }
}
writeFileSync(join(root, "finished"), "");
