/** Looking things up in lists and maps, with the errors that `<|>` can catch. */
import { MapValue, print, type Value } from "../../value.ts";
import { CatchableError } from "../define.ts";

/** How many elements of a collection a message shows. */
const SHOWN = 32;

/** @throws CatchableError when there is no such element */
export function lookupInList(list: readonly Value[], index: bigint): Value {
  if (index < 0n) throw new CatchableError(`list index negative, got: ${index}`);
  const value = list[Number(index)];
  if (value === undefined) {
    throw new CatchableError(
      `list index not present, got: ${index}, len is: ${list.length}, in: ${printSome(list)}`,
    );
  }
  return value;
}

/** @throws CatchableError when there is no such key */
export function lookupInMap(map: MapValue, key: Value): Value {
  const value = map.get(key);
  if (value === undefined) {
    throw new CatchableError(`map key not present, want: ${print(key)} in ${printSome(map)}`);
  }
  return value;
}

/** The printed form, cut short: misses may be frequent and collections large. */
function printSome(collection: readonly Value[] | MapValue): string {
  if (collection instanceof MapValue) {
    if (collection.size <= SHOWN) return print(collection);
    return abbreviate(print(new MapValue(Iterator.from(collection.entries()).take(SHOWN))));
  }
  return collection.length <= SHOWN ? print(collection) : abbreviate(print(collection.slice(0, SHOWN)));
}

function abbreviate(printed: string): string {
  return `${printed.slice(0, -1)}, …${printed.slice(-1)}`;
}
