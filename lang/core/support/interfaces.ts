/** The network interfaces of the host, as sources follow them. */
import type { Close, Host, NetworkInterface } from "../../host.ts";
import type { Value } from "../../value.ts";
import type { SourceContext } from "../define.ts";
import { asFailure, fatally } from "./failure.ts";

/** Emits what `look` makes of the interfaces, now and at each change. @throws FatalError */
export function followInterfaces(
  { host, emit, fail }: SourceContext,
  look: (interfaces: readonly NetworkInterface[]) => Value,
): Close {
  const attempt = (interfaces: readonly NetworkInterface[]) => {
    try {
      emit(look(interfaces));
    } catch (error) {
      fail(asFailure(error));
    }
  };
  return fatally(() => host.network.follow(attempt, (error) => fail(asFailure(error))));
}

/** The interfaces as they are now. @throws FatalError */
export function currentInterfaces(host: Host): readonly NetworkInterface[] {
  let found: readonly NetworkInterface[] = [];
  let failure: Error | undefined;
  const close = fatally(() =>
    host.network.follow(
      (interfaces) => {
        found = interfaces;
      },
      (error) => {
        failure = asFailure(error);
      },
    ),
  );
  close();
  if (failure !== undefined) throw failure;
  return found;
}

/** Whether it is an interface to the outside that has a hardware address of 6 bytes. */
export function hasMac({ isLoopback, mac }: NetworkInterface): boolean {
  return !isLoopback && mac.length === "00:00:00:00:00:00".length;
}
