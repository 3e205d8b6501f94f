/** What the kernel says in a file and tells of by events: the file itself cannot be watched. */
import type { Close } from "../../host.ts";
import type { Value } from "../../value.ts";
import type { SourceContext } from "../define.ts";
import { asFailure, fatally } from "./failure.ts";

/**
 * Emits what `look` makes of a file, now and after each event of a subsystem of the kernel.
 * @throws FatalError where the kernel does not tell of events
 */
export function followKernelFile(
  { host, emit, fail }: SourceContext,
  subsystem: string,
  path: string,
  look: (content: string) => Value,
): Close {
  const attempt = () => {
    try {
      emit(look(host.files.read(path)));
    } catch (error) {
      fail(asFailure(error));
    }
  };
  const close = fatally(() =>
    host.system.followKernel(subsystem, attempt, (error) => fail(asFailure(error))),
  );
  attempt();
  return close;
}
