import { readlinkSync } from "node:fs";
import { decodeBytes } from "../../lang/bytes.ts";
import { errorCode, SystemError } from "./errors.ts";
import { type FileStatus, fileStatus } from "./file-status.ts";
import { Inotify, InotifyFlag, InotifyMask, type InotifyOwner, type InotifySubscriber } from "./inotify.ts";
import { nativePath } from "./paths.ts";
import { readDirectory } from "./read-directory.ts";

/** Whoever wants to know about a path. */
export interface Watcher {
  /** Where it is subscribed; kept by the tree. */
  node: WatchNode | undefined;
  /** Wants everything below the path, not only the direct entries. */
  readonly recursive: boolean;
  /** Wants to know which inode the path leads to, not what is in it. */
  readonly identityOnly: boolean;
  /**
   * The path may have changed. Called while events are being taken in: it must not subscribe or unsubscribe others.
   * @param identity it may lead to another inode, or none
   */
  notify(identity: boolean): void;
  /** The path cannot be watched any longer. */
  fail(error: Error): void;
}

const identityEvents = InotifyMask.create | InotifyMask.delete | InotifyMask.movedFrom | InotifyMask.movedTo;
const appearance = InotifyMask.create | InotifyMask.movedTo;
const selfGone = InotifyMask.deleteSelf | InotifyMask.moveSelf;

/** What says that a path leads nowhere at present, rather than that it cannot be watched. */
const absent: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG"]);
const forbidden: ReadonlySet<string> = new Set(["EACCES", "EPERM"]);

const noChildren: ReadonlyMap<string, WatchNode> = new Map();
const noWatchers: readonly Watcher[] = [];

/** One path of the tree; the parts of watched paths are shared. */
export class WatchNode implements InotifySubscriber {
  /** By name; of the many nodes that are leaves all the same. */
  children: ReadonlyMap<string, WatchNode> = noChildren;
  watchers: readonly Watcher[] = noWatchers;
  #children: Map<string, WatchNode> | undefined;
  descriptor = -1;
  /** The children are armed: the directory is watched, or exists and may not be watched. */
  present = false;
  /** The directory exists, but may not be read: its entries are watched one by one. */
  denied = false;
  /** How many watchers are recursive. */
  trees = 0;
  /** How many watchers want what is in here. */
  contents = 0;
  /** Follows where the path leads if it is a symbolic link. */
  link: LinkWatcher | undefined;
  /** Being restructured: stops links that lead in a circle. */
  busy = false;

  constructor(
    readonly tree: WatchTree,
    readonly parent: WatchNode | undefined,
    readonly name: string,
  ) {}

  get path(): string {
    return this.parent === undefined ? "/" : childPath(this.parent.path, this.name);
  }

  addChild(child: WatchNode): void {
    if (this.#children === undefined) {
      this.#children = new Map();
      this.children = this.#children;
    }
    this.#children.set(child.name, child);
  }

  removeChild(name: string): void {
    this.#children?.delete(name);
  }

  /** Whether a recursive watch is here or above. */
  get inTree(): boolean {
    for (let node: WatchNode | undefined = this; node !== undefined; node = node.parent)
      if (node.trees > 0) return true;
    return false;
  }

  onEvent(mask: number, name: string): void {
    this.tree.onEvent(this, mask, name);
  }

  onGone(): void {
    this.descriptor = -1;
    this.tree.restructure(this);
  }
}

/**
 * The watched paths as a tree of their components. A directory that anybody needs is watched once, and tells about
 * its entries by name: so appearing, vanishing and replacement of every part of a path are seen, and a path that
 * does not exist yet is simply a part whose directory reports nothing so far.
 *
 * Invariants: a node that is not present has nothing armed below it; a node is armed before anybody is told about
 * it, so that whoever looks after being told misses nothing.
 *
 * Not seen, because the kernel does not tell: a file system mounted over a part of a path, changes the kernel
 * itself makes to files in /proc and /sys, and writes through a hard link that was made after the watch was armed.
 */
export class WatchTree implements InotifyOwner {
  readonly #inotify = new Inotify(this);
  readonly #root = new WatchNode(this, undefined, "");
  readonly #settled: () => void;
  #failures = new Map<Watcher, Error>();

  /** @param settled called when all that was known of a batch of events has been told */
  constructor(settled: () => void) {
    this.#settled = settled;
  }

  /** Arms a watch of an absolute path; what cannot be armed is told by `watcher.fail` before this returns. */
  subscribe(path: string, watcher: Watcher): void {
    this.#subscribe(path, watcher);
    this.#fail();
  }

  unsubscribe(watcher: Watcher): void {
    const node = watcher.node;
    if (node === undefined) return;
    watcher.node = undefined;
    node.watchers = node.watchers.length === 1 ? noWatchers : node.watchers.filter((one) => one !== watcher);
    if (!watcher.identityOnly) node.contents--;
    if (watcher.recursive) {
      node.trees--;
      this.#trim(node);
    }
    this.#prune(node);
  }

  /** Delivers all events of the past before it returns. */
  drain(): void {
    this.#inotify.drain();
  }

  onEvent(node: WatchNode, mask: number, name: string): void {
    if (name === "") {
      if (mask & selfGone) this.restructure(node);
      else this.notifyContents(node);
      return;
    }
    const child = node.children.get(name);
    if (child !== undefined) {
      const identity = mask & identityEvents || (mask & InotifyMask.attributes && child.descriptor < 0);
      if (identity) this.restructure(child);
      else this.notifyContents(child);
    } else if (mask & InotifyMask.isDirectory && mask & appearance && node.inTree) {
      this.restructure(this.#child(node, name));
    }
    for (const watcher of node.watchers) if (!watcher.identityOnly) watcher.notify(false);
    for (let above = node.parent; above !== undefined; above = above.parent)
      if (above.trees > 0) notifyRecursive(above);
  }

  onOverflow(): void {
    this.restructure(this.#root);
  }

  onBroken(error: Error): void {
    this.reportFailure(this.#root, error);
    this.#fail();
    this.#settled();
  }

  onBatchEnd(): void {
    this.#fail();
    this.#settled();
  }

  /** A path may lead elsewhere than before: arms it and all below it anew, then tells everybody there. */
  restructure(node: WatchNode): void {
    if (node.busy) return;
    node.busy = true;
    this.#arm(node, node.path, node.parent?.inTree ?? false, true);
    notifyBelow(node);
    node.busy = false;
    this.#prune(node);
  }

  /** The inode at a path may have changed. */
  notifyContents(node: WatchNode): void {
    if (node.busy) return;
    node.busy = true;
    for (const watcher of node.watchers) watcher.notify(false);
    node.busy = false;
  }

  #subscribe(path: string, watcher: Watcher): void {
    let node = this.#root;
    let top: WatchNode | undefined;
    for (const name of components(path)) {
      if (!node.present) top ??= node;
      let child = node.children.get(name);
      if (child === undefined) {
        child = this.#child(node, name);
        top ??= child;
      }
      node = child;
    }
    node.watchers = [...node.watchers, watcher];
    watcher.node = node;
    if (!watcher.identityOnly) node.contents++;
    if (watcher.recursive) node.trees++;
    const start = top ?? node;
    this.#arm(start, start.path, start.parent?.inTree ?? false, !start.present || watcher.recursive);
  }

  /** Nobody at or below a node can rely on its watch: they are told when the tree is at rest. */
  reportFailure(node: WatchNode, error: Error): void {
    for (const watcher of node.watchers) this.#failures.set(watcher, error);
    for (const child of node.children.values()) this.reportFailure(child, error);
  }

  #fail(): void {
    while (this.#failures.size > 0) {
      const failures = this.#failures;
      this.#failures = new Map();
      for (const [watcher, error] of failures) watcher.fail(error);
    }
  }

  /**
   * Makes the kernel watches of a node and, if `descend`, of all below it fit what is there now.
   * @param inTree whether a recursive watch is above
   */
  #arm(node: WatchNode, path: string, inTree: boolean, descend: boolean): void {
    const status = fileStatus(path);
    if (typeof status === "string") {
      this.#disarm(node);
      const hidden = node.parent?.denied && absent.has(status);
      if (hidden || !absent.has(status)) this.#cannotSee(node, path, hidden ? "EACCES" : status);
      return;
    }
    this.#armLink(node, path, status.kind === "symlink");
    const recursive = inTree || node.trees > 0;
    const listed = status.kind === "directory" && (node.contents > 0 || recursive);
    node.denied = false;
    if (listed || (node.children.size > 0 && (status.kind === "directory" || status.kind === "symlink")))
      this.#watch(node, path, InotifyFlag.onlyDirectory, listed);
    else if (needsOwnWatch(node, status)) this.#watch(node, path, InotifyFlag.dontFollow, true);
    else this.#release(node);
    const present = node.denied || (node.descriptor >= 0 && status.kind !== "file");
    if (!present) {
      this.#disarmChildren(node);
      return;
    }
    if (node.present && !descend) return;
    node.present = true;
    if (recursive && status.kind === "directory") this.#walk(node, path);
    for (const child of node.children.values()) {
      this.#arm(child, childPath(path, child.name), recursive, true);
      this.#dropIfUseless(child);
    }
  }

  /** Adds the subdirectories of a recursively watched directory. */
  #walk(node: WatchNode, path: string): void {
    try {
      for (const entry of readDirectory(path)) if (entry.kind === "directory") this.#child(node, entry.name);
    } catch (error) {
      const code = errorCode(error) ?? "EIO";
      if (!absent.has(code)) this.#cannotSee(node, path, code);
    }
  }

  #armLink(node: WatchNode, path: string, isLink: boolean): void {
    const target = isLink ? linkTarget(path) : undefined;
    const previous = node.link;
    if (target === undefined) {
      node.link = undefined;
    } else {
      const identityOnly = node.contents === 0;
      const recursive = node.trees > 0;
      if (
        previous?.target === target &&
        previous.identityOnly === identityOnly &&
        previous.recursive === recursive
      )
        return;
      node.link = new LinkWatcher(node, target, identityOnly, recursive);
      this.#subscribe(target, node.link);
    }
    if (previous !== undefined) this.unsubscribe(previous);
  }

  #watch(node: WatchNode, path: string, flags: number, required: boolean): void {
    let descriptor: number;
    try {
      descriptor = this.#inotify.add(path, flags, node);
    } catch (error) {
      this.#release(node);
      const code = errorCode(error) ?? "";
      if (absent.has(code)) return;
      if (forbidden.has(code) && !required) node.denied = true;
      else
        this.#reportUnseen(
          node,
          error instanceof Error ? error : new SystemError("could not watch", path, code),
        );
      return;
    }
    if (descriptor !== node.descriptor) this.#release(node);
    node.descriptor = descriptor;
  }

  #cannotSee(node: WatchNode, path: string, code: string): void {
    const reason = forbidden.has(code) ? "permission denied adding a watch" : undefined;
    this.#reportUnseen(node, new SystemError("could not watch", path, code, reason));
  }

  /** Fails whoever is at or below a node, and the recursive watches it is part of. */
  #reportUnseen(node: WatchNode, error: Error): void {
    this.reportFailure(node, error);
    for (let above = node.parent; above !== undefined; above = above.parent)
      for (const watcher of above.trees > 0 ? above.watchers : [])
        if (watcher.recursive) this.#failures.set(watcher, error);
  }

  #disarm(node: WatchNode): void {
    const link = node.link;
    node.link = undefined;
    if (link !== undefined) this.unsubscribe(link);
    this.#release(node);
    this.#disarmChildren(node);
  }

  #disarmChildren(node: WatchNode): void {
    node.denied = false;
    if (!node.present) return;
    node.present = false;
    for (const child of node.children.values()) {
      this.#disarm(child);
      this.#dropIfUseless(child);
    }
  }

  #release(node: WatchNode): void {
    if (node.descriptor >= 0) this.#inotify.remove(node.descriptor, node);
    node.descriptor = -1;
  }

  #child(node: WatchNode, name: string): WatchNode {
    let child = node.children.get(name);
    if (child === undefined) {
      child = new WatchNode(this, node, name);
      node.addChild(child);
    }
    return child;
  }

  /** Drops what only a recursive watch that has left wanted. */
  #trim(node: WatchNode): void {
    for (const child of node.children.values()) {
      this.#trim(child);
      this.#dropIfUseless(child);
    }
  }

  #prune(from: WatchNode): void {
    for (let node: WatchNode | undefined = from; node !== undefined; node = node.parent)
      if (!this.#dropIfUseless(node)) return;
  }

  #dropIfUseless(node: WatchNode): boolean {
    if (node.watchers.length > 0 || node.children.size > 0 || node.busy) return false;
    if (node.present && node.inTree) return false;
    this.#disarm(node);
    node.parent?.removeChild(node.name);
    return true;
  }
}

/** Watches, for a node that is a symbolic link, the path the link leads to. */
class LinkWatcher implements Watcher {
  node: WatchNode | undefined;

  constructor(
    readonly from: WatchNode,
    readonly target: string,
    readonly identityOnly: boolean,
    readonly recursive: boolean,
  ) {}

  notify(identity: boolean): void {
    if (identity) this.from.tree.restructure(this.from);
    else this.from.tree.notifyContents(this.from);
  }

  fail(error: Error): void {
    this.from.tree.reportFailure(this.from, error);
  }
}

/**
 * The directory tells about a file by the name it is changed through, so a file with further names is watched
 * itself; so is what is in a directory that may not be read.
 */
function needsOwnWatch(node: WatchNode, status: FileStatus): boolean {
  if (node.watchers.length === 0 && node.children.size === 0) return false;
  return node.parent?.denied === true || (status.kind === "file" && status.links > 1);
}

function notifyBelow(node: WatchNode): void {
  for (const watcher of node.watchers) watcher.notify(true);
  for (const child of node.children.values()) notifyBelow(child);
}

function notifyRecursive(node: WatchNode): void {
  for (const watcher of node.watchers) if (watcher.recursive) watcher.notify(false);
}

function childPath(parent: string, name: string): string {
  return parent === "/" ? `/${name}` : `${parent}/${name}`;
}

/** `..` stays: only the kernel knows where it leads after a symbolic link. */
function components(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

function linkTarget(path: string): string | undefined {
  try {
    const target = decodeBytes(readlinkSync(nativePath(path), { encoding: "buffer" }));
    return target.startsWith("/") ? target : `${path.slice(0, path.lastIndexOf("/"))}/${target}`;
  } catch {
    // The link was replaced meanwhile: its directory is watched already and will say so.
    return undefined;
  }
}
