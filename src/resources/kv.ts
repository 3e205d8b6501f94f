import { compareBytes } from "../../lang/bytes.ts";
import { defineResource } from "./define.ts";
import { StoreUse } from "./store-use.ts";

const styles = { int: 0n, string: 1n } as const;

export const kv = defineResource({
  kind: "kv",
  summary: "Keeps a text under a key in the store that all hosts share.",
  notes:
    "`world.getval` reads it; with Mapped, where each host has a text of its own under the key, `world.kvlookup` reads those of all. An unset value removes the text. A notification makes the text exactly what it should be, SkipLessThan or not.",
  params: {
    key: "str = ''",
    "value?": "str",
    mapped: "bool = false",
    skiplessthan: "bool = false",
    skipcmpstyle: "int = 0n",
  },
  about: {
    key: "The name of the resource if unset. With Mapped it must not have a slash in it.",
    value: "The text to keep. May be received.",
    mapped: "One text for each host; this resource keeps that of its own host.",
    skiplessthan: "Leave alone what is greater than Value: the text only moves upward.",
    skipcmpstyle: "How SkipLessThan compares: 0, as whole numbers; 1, as texts.",
  },
  constants: { skipcmpstyle: styles },
  receives: true,
  refreshable: true,
  example: `kv "leader" {\n\tvalue => "h1",\n}\n`,
  validate(name, { key, value, mapped, skiplessthan, skipcmpstyle }) {
    if (mapped && (key || name).includes("/"))
      return "the Key must not have a slash in it when Mapped is set";
    if (!skiplessthan) return undefined;
    if (skipcmpstyle !== styles.int && skipcmpstyle !== styles.string)
      return `the SkipCmpStyle of ${skipcmpstyle} is invalid`;
    if (skipcmpstyle === styles.int && value !== undefined && integerOf(value) === undefined)
      return `the set value of ${value} can't convert to int`;
    return undefined;
  },
  open({ name, params, hostname, world: { strings, hostStrings } }) {
    const store = new StoreUse();
    const keyOf = (): string => params().key || name;

    function read(): Promise<string | undefined> {
      return params().mapped ? hostStrings.getOf(keyOf(), hostname) : strings.get(keyOf());
    }

    function write(value: string | undefined): Promise<boolean> {
      const key = keyOf();
      if (!params().mapped) return value === undefined ? strings.delete(key) : strings.set(key, value);
      return value === undefined ? hostStrings.delete(key, hostname) : hostStrings.set(key, hostname, value);
    }

    /** Whether SkipLessThan leaves what was found as it is. */
    function isAhead(found: string, value: string): boolean {
      const { skiplessthan, skipcmpstyle } = params();
      if (!skiplessthan) return false;
      if (skipcmpstyle === styles.string) return compareBytes(value, found) < 0;
      const [there, wanted] = [integerOf(found), integerOf(value)];
      return there !== undefined && wanted !== undefined && wanted < there;
    }

    return {
      watch: (watch) =>
        store.watch(watch, (listener, signal) => {
          if (params().mapped) hostStrings.followOf(keyOf(), hostname, listener, signal);
          else strings.follow(keyOf(), listener, signal);
        }),
      async checkApply({ apply, refresh, signal, show }) {
        const { value, mapped, skiplessthan } = params();
        for (;;) {
          const found = await store.answer(read(), signal);
          if (found === value) return true;
          if (found !== undefined && value !== undefined && !refresh && isAhead(found, value)) return true;
          show?.({ kind: "field", field: "value", before: found ?? "", after: value ?? "" });
          if (!apply) return false;
          // Another host may have moved it further since, which must not be undone.
          const isGuarded = skiplessthan && !mapped && !refresh && value !== undefined;
          const isDone = isGuarded
            ? await store.answer(strings.replace(keyOf(), found, value), signal)
            : await store.answer(write(value), signal).then(() => true);
          if (isDone) return false;
        }
      },
    };
  },
});

function integerOf(text: string): bigint | undefined {
  return /^[+-]?\d+$/.test(text) ? BigInt(text) : undefined;
}
