/** The grammar of names (language specification, section 4: `var`, `dotted`, `kind`, `edge_kind`). */
import P from "parsimmon";
import { join, type Span } from "../diagnostic.ts";
import type { Name } from "./ast.ts";
import type { Combinators } from "./combinators.ts";

interface NameRules {
  /** `ident` */
  name: Name;
  /** A name where `map` and `collect` are names too. */
  simple: Name;
  dotted: Name;
  /** `var`: where a variable is defined. */
  variable: DefinedVariable;
  kind: Name;
  /** The name of a kind in capitals, here in lower case. */
  edgeKind: Name;
}

/** `$name`; the name is without its dollar, the span with it. */
export interface DefinedVariable {
  readonly name: Name;
  readonly span: Span;
}

export type NameGrammar = P.TypedLanguage<NameRules>;

export function nameGrammar(c: Combinators): NameGrammar {
  const named = (span: Span): Name => ({ text: c.text(span), span });
  const lowered = (span: Span): Name => ({ text: c.text(span).toLowerCase(), span });

  return P.createLanguage<NameRules>({
    name: () => c.token("IDENTIFIER").map(named),

    simple: (r) =>
      c.byToken({ map: c.token("map").map(named), collect: c.token("collect").map(named) }, r.name),

    dotted: (r) => P.seqMap(r.simple, c.quiet(".").then(r.simple).many(), chained(".")),

    variable: (r) =>
      P.seqMap(c.token("$").desc("a variable"), r.simple, (dollar, name) => ({
        name,
        span: join(dollar, name.span),
      })),

    kind: (r) => P.seqMap(r.name, c.quiet(":").then(r.name).many(), chained(":")),

    edgeKind: () => {
      const part = c.token("CAPITALIZED").map(lowered);
      return P.seqMap(part, c.quiet(":").then(part).many(), chained(":"));
    },
  });
}

/** One name made of several; blanks around the separators are dropped. */
function chained(separator: string): (first: Name, more: readonly Name[]) => Name {
  return (first, more) => {
    const last = more.at(-1);
    if (last === undefined) return first;
    const text = [first, ...more].map((part) => part.text).join(separator);
    return { text, span: join(first.span, last.span) };
  };
}
