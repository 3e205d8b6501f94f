/** What errors call the syntax that stands for calls, and what they say about its operands. */
import { conversionHelp } from "./conversion.ts";
import type { CalleeName } from "./explain.ts";
import type { Open } from "./open.ts";
import type { Operation } from "./operation.ts";
import { str } from "./type.ts";

export function operationName(expression: Operation): CalleeName {
  switch (expression.kind) {
    case "not":
      return {
        text: "not",
        part: () => "what `not` negates",
        help: () => comparisonHelp(expression),
      };
    case "binary": {
      const { operator } = expression;
      const logical = operator === "and" || operator === "or";
      return {
        text: operator,
        part: (index) => `the ${index === 0 ? "left" : "right"} side of \`${operator}\``,
        sameOperands: !logical && operator !== "in",
        help: (_, wanted, got) => {
          if (operator === "in") return membershipHelp(got);
          return operator === "+" ? textHelp(wanted, got) : undefined;
        },
      };
    }
    case "index":
      return {
        text: "[…]",
        part: (index) => (index === 0 ? "what `[…]` reads from" : "what stands between `[` and `]`"),
        help: (index, _, got) => (index === 0 ? readingHelp(got, expression) : undefined),
      };
    case "field": {
      const text = `->${expression.field}`;
      return {
        text,
        part: (index) => (index === 0 ? `what \`${text}\` reads from` : `the fallback of \`${text}\``),
      };
    }
  }
}

/** `not` binds tighter than what may follow its operand. */
function comparisonHelp({ span }: Operation): string | undefined {
  const rest = span.source.text.slice(span.end, span.source.text.indexOf("\n", span.end));
  const operator = /^\s*(==|!=|<=|>=|<|>|in\b)/.exec(rest)?.[1];
  if (operator === undefined) return undefined;
  return `\`not\` binds tighter than \`${operator}\`: write \`not (… ${operator} …)\``;
}

/** Something is to be joined with a text. */
function textHelp(wanted: Open, got: Open): string | undefined {
  if (wanted.kind === "str") return conversionHelp(str, got);
  return got.kind === "str" ? conversionHelp(str, wanted) : undefined;
}

function membershipHelp(got: Open): string | undefined {
  if (got.kind === "str") return "whether a text is in another: `strings.contains(text, part)`";
  return got.kind === "map" ? "whether a map has a key: `key in map.keys(…)`" : undefined;
}

function readingHelp(got: Open, { span }: Operation): string | undefined {
  if (got.kind !== "struct") return undefined;
  const key = /\["([a-z0-9_]+)"\]$/.exec(span.source.text.slice(span.start, span.end))?.[1];
  const field = got.fields.find(({ name }) => name === key)?.name ?? "field";
  return `a field of a struct is read with \`->\`: \`->${field}\``;
}
