/**
 * The parts of the standard library that are written in mcl: a directory for each module, with a `main.mcl`, and
 * whatever that needs beside it.
 *
 * To itself, a module is what is not written in mcl: it imports its other functions by `import "MODULE" as *`.
 */

import autoexec from "./embedded/provisioner/files/autoexec.ipxe.tmpl" with { type: "text" };
import grub from "./embedded/provisioner/files/grub.cfg.tmpl" with { type: "text" };
import ipxe from "./embedded/provisioner/files/host.ipxe.tmpl" with { type: "text" };
import kickstart from "./embedded/provisioner/files/kickstart.ks.tmpl" with { type: "text" };
import pxelinux from "./embedded/provisioner/files/pxelinux.cfg.tmpl" with { type: "text" };
import provisioner from "./embedded/provisioner/main.mcl" with { type: "text" };
import example from "./example/main.mcl" with { type: "text" };

/** All their files, by path. */
export const mclSources: ReadonlyMap<string, string> = new Map([
  ["embedded/provisioner/main.mcl", provisioner],
  ["embedded/provisioner/files/autoexec.ipxe.tmpl", autoexec],
  ["embedded/provisioner/files/grub.cfg.tmpl", grub],
  ["embedded/provisioner/files/host.ipxe.tmpl", ipxe],
  ["embedded/provisioner/files/kickstart.ks.tmpl", kickstart],
  ["embedded/provisioner/files/pxelinux.cfg.tmpl", pxelinux],
  ["example/main.mcl", example],
]);
