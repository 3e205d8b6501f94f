/**
 * The bare repair loop: an inotify event names a file of a folder, that file is rewritten durably. Knows nothing but
 * names and contents.
 */
import { dlopen, FFIType } from "bun:ffi";
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from "node:fs";

const [folder = "", count = "0"] = process.argv.slice(2);
const { symbols: libc } = dlopen("libc.so.6", {
  inotify_init1: { args: [FFIType.i32], returns: FFIType.i32 },
  inotify_add_watch: { args: [FFIType.i32, FFIType.ptr, FFIType.u32], returns: FFIType.i32 },
});
const inotify = libc.inotify_init1(0o2004000);
libc.inotify_add_watch(inotify, Buffer.from(`${folder}\0`), 0x3ce);
for (let index = 0; index < Number(count); index++) repair(String(index));

for await (const chunk of Bun.file(inotify).stream()) {
  const events = Buffer.from(chunk);
  const names = new Set<string>();
  for (let at = 0; at + 16 <= events.length; at += 16 + events.readUInt32LE(at + 12)) {
    const name = events.toString("utf8", at + 16, at + 16 + events.readUInt32LE(at + 12)).replace(/\0+$/, "");
    if (/^\d+$/.test(name)) names.add(name);
  }
  for (const name of names) repair(name);
}

function repair(name: string): void {
  const path = `${folder}/${name}`;
  const wanted = `content of file number ${name}\n`;
  try {
    if (readFileSync(path, "utf8") === wanted && (statSync(path).mode & 0o7777) === 0o644) return;
  } catch {
    // It is gone: written below.
  }
  const temporary = `${folder}/.${name}.tmp`;
  const file = openSync(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o600);
  writeSync(file, wanted);
  fchmodSync(file, 0o644);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
  const directory = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  fsyncSync(directory);
  closeSync(directory);
}
