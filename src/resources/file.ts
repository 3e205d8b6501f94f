import { defineResource } from "./define.ts";
import { FileBehavior } from "./file/behavior.ts";
import { parameters } from "./file/parameters.ts";
import { fileIdentity, parentIdentities, resultingPath } from "./file/resulting-path.ts";
import { reversalOf } from "./file/reversal.ts";
import { validateFile } from "./file/validate.ts";

export const file = defineResource({
  kind: "file",
  summary: "Manages a file, a directory with or without what is in it, or a symbolic link.",
  notes: [
    "A path that ends in a slash is a directory's. Owner, group, mode and SELinux context are those of the path itself, not of what a directory holds. Steps are taken in this order: state, content or source or fragments, owner and group, mode, SELinux context.",
    "Contents are written to a temporary file `.NAME.mgmt-tmp` beside the file, with owner and mode, made durable, and renamed: at any moment the path leads to the whole old or the whole new file. Owner, mode, access lists and SELinux context of a replaced file are kept unless parameters say otherwise; hard links to it keep the old contents. A symbolic link at the path of a file is followed: what it leads to is replaced.",
    "Only State `exists` creates anything. With Source being a directory, whatever is in the path and not in Source is removed. With Purge, entries that other file resources manage are left alone, and so are the directories that lead to them.",
    "With Meta:reverse, what the resource changes of a file is put back when it leaves: a file that was not there is removed, other files get back the contents, owner, group and mode that they had. Directories, links and copies from Source cannot be put back.",
    "A file is ordered after the files and directories that manage its fragments, and after the nearest managed directory above it.",
  ].join("\n\n"),
  params: parameters,
  about: {
    path: "Absolute path; a trailing slash means a directory. The name of the resource if unset.",
    dirname: "Replaces the directory part of the path; must end with a slash.",
    basename: "Replaces the last part of the path; a trailing slash means a directory.",
    state:
      "`exists`: create the path if it is missing (a file without contents is empty, a directory has mode 0777 less the umask); `absent`: remove it; unset: neither.",
    content:
      "The exact contents of the file. The empty text is an empty file; unset leaves the contents alone.",
    source:
      "File to copy from, or directory (with a trailing slash; needs Recurse). The copy takes the permission bits of a source file when it is written, unless Mode is set. With Symlink: the text of the link, which may be relative and lead nowhere.",
    fragments:
      "Absolute paths whose contents, one after the other, are the contents of the file. A path with a trailing slash stands for the files in that directory, in the order of their names.",
    owner: "User name or numeric id; it must be in the user database. Unset leaves the owner alone.",
    group: "Group name or numeric id; it must be in the group database. Unset leaves the group alone.",
    mode: "Permissions, octal (`0644`) or symbolic (`u=rw,go=r`; only `=`, on top of the current permissions). Unset leaves them alone; a new file then has 0666 less the umask.",
    recurse:
      "For directories: create missing parents, remove with contents, copy from Source with all that is below, and watch all that is below.",
    force: "Allow to replace a directory by a file or link, and a file by a directory or link.",
    purge:
      "Remove what is in the directory and neither in Source nor managed by another file resource. Needs Recurse.",
    symlink: "Manage a symbolic link with the text of Source.",
    selinux: "SELinux context, of a link itself. The empty text removes it; unset leaves it alone.",
  },
  constants: { state: { exists: "exists", absent: "absent", undefined: "" } },
  receives: true,
  example: `file "/tmp/mgmt-example/" {
	state => $const.res.file.state.exists,
}
file "/tmp/mgmt-example/motd" {
	state => $const.res.file.state.exists,
	content => "Welcome.\\n",
	mode => "0644",
}
`,
  validate: validateFile,
  identities: (name, params) => [fileIdentity(resultingPath(name, params))],
  wants(name, params) {
    const found = { order: "found-first" } as const;
    return [
      ...(params.fragments ?? []).map((fragment) => ({ anyOf: [fileIdentity(fragment)], ...found })),
      { anyOf: parentIdentities(resultingPath(name, params)), ...found },
    ];
  },
  reversal: reversalOf,
  open: (handle) => new FileBehavior(handle),
});
