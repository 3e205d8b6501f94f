/** Permission bits of each subject, and the bit `s` stands for with it. */
const subjects = {
  u: { shift: 6, special: 0o4000 },
  g: { shift: 3, special: 0o2000 },
  o: { shift: 0, special: 0 },
} as const;

const permissions: Readonly<Record<string, number>> = { r: 4, w: 2, x: 1, s: 0, t: 0 };

const STICKY = 0o1000;

/**
 * The permission bits (07777) a mode text asks for: octal, or symbolic with `=` only (resources-system 1.7).
 *
 * @param current the bits the path has now, 0 if it does not exist; symbolic items apply to them
 */
export function parseMode(text: string, current: number): number {
  if (/^[0-7]+$/.test(text)) {
    const mode = Number.parseInt(text, 8);
    if (mode > 0o7777) throw invalid(text, `${text} is more than 07777`);
    return mode;
  }
  const items = text.split(",").map((item) => parseItem(text, item));
  if (items.length > 1 && items.some((item) => item.all))
    throw invalid(text, "subject was repeated: each subject (u,g,o) is only accepted once");
  const named = items.flatMap((item) => item.who);
  if (new Set(named).size !== named.length)
    throw invalid(text, "subject was repeated: only define each subject (u,g,o) once");
  return items.reduce(assign, current & 0o7777);
}

type Subject = keyof typeof subjects;

interface Item {
  readonly who: readonly Subject[];
  /** `a` or nothing was written for u, g and o. */
  readonly all: boolean;
  readonly what: string;
}

function parseItem(text: string, item: string): Item {
  const [who = "", what, ...more] = item.split("=");
  if (what === undefined) throw invalid(text, `${item} is not a valid a symbolic mode`);
  if (more.length > 0) throw invalid(text, `only a single "=" is allowed but found ${more.length + 1}`);
  for (const character of what)
    if (permissions[character] === undefined)
      throw invalid(text, `unexpected character assignment in ${item}`);
  if (who === "" || who === "a") return { who: ["u", "g", "o"], all: true, what };
  const named: Subject[] = [];
  for (const character of who) {
    if (character !== "u" && character !== "g" && character !== "o")
      throw invalid(text, `${item} is not a valid a symbolic mode`);
    named.push(character);
  }
  return { who: named, all: false, what };
}

function assign(mode: number, { who, what }: Item): number {
  let bits = 0;
  for (const character of what) bits |= permissions[character] ?? 0;
  let result = mode;
  for (const subject of who) {
    const { shift, special } = subjects[subject];
    result &= ~((7 << shift) | special);
    result |= bits << shift;
    if (what.includes("s")) result |= special;
  }
  return what.includes("t") ? result | STICKY : result;
}

function invalid(text: string, reason: string): Error {
  return new Error(`mode should be an octal number or symbolic mode (${text}): ${reason}`);
}
