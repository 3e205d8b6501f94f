/** How fast `golang.template` is, beside a function of JavaScript that writes the same text. */
import { compileTemplate } from "../../lang/core/template/compile.ts";
import { predefined } from "../../lang/core/template/predefined.ts";
import { viewOf } from "../../lang/core/template/view.ts";
import { bool, float, int, str, type Type } from "../../lang/types/type.ts";
import { StructValue, type Value } from "../../lang/value.ts";
import { type Bench, median, ratioRow } from "./row.ts";

const lineCount = 900;
const rounds = 60;

interface Item {
  readonly name: string;
  readonly port: bigint;
  readonly enabled: boolean;
  readonly ratio: number;
}

const items: readonly Item[] = Array.from({ length: 10_000 }, (_, index) => ({
  name: `host-${index}`,
  port: BigInt(8000 + (index % 1000)),
  enabled: index % 3 === 0,
  ratio: index / 4,
}));
const title = "Report";

const line =
  "Text of the template that is longer than what is put in: {{ .Title }}, of {{ len .Items }} in all, and more.\n";
const text =
  line.repeat(lineCount) +
  "{{ range $i, $e := .Items }}{{ if $i }}, {{ end }}{{ .Name }}:{{ .Port }} {{ if .Enabled }}on{{ else }}off{{ end }} " +
  '{{ printf "%5.2f" .Ratio }} {{ .Ratio }}\n{{ end }}';

const itemFields = ["name", "port", "enabled", "ratio"];
const dataType: Type = {
  kind: "struct",
  fields: [
    { name: "title", type: str },
    {
      name: "items",
      type: {
        kind: "list",
        element: {
          kind: "struct",
          fields: [
            { name: "name", type: str },
            { name: "port", type: int },
            { name: "enabled", type: bool },
            { name: "ratio", type: float },
          ],
        },
      },
    },
  ],
};
const data: Value = new StructValue(
  ["title", "items"],
  [
    title,
    items.map(({ name, port, enabled, ratio }) => new StructValue(itemFields, [name, port, enabled, ratio])),
  ],
);

function byHand(): string {
  const parts: string[] = [];
  for (let count = 0; count < lineCount; count++) {
    parts.push("Text of the template that is longer than what is put in: ", title, ", of ");
    parts.push(String(items.length), " in all, and more.\n");
  }
  for (const [index, { name, port, enabled, ratio }] of items.entries()) {
    if (index > 0) parts.push(", ");
    parts.push(name, ":", String(port), " ", enabled ? "on" : "off", " ");
    parts.push(ratio.toFixed(2).padStart(5), " ", String(ratio), "\n");
  }
  return parts.join("");
}

export const templates: Bench = async () => {
  const view = viewOf(dataType);
  const template = compileTemplate(text, (name) => predefined.get(name));
  const measured: number[] = [];
  const floor: number[] = [];
  for (let round = 0; round < rounds; round++) {
    floor.push(timed(byHand));
    measured.push(timed(() => template(view.show(data))));
  }
  if (template(view.show(data)) !== byHand()) throw new Error("the template and the function differ");
  const size = `${Math.round(text.length / 1000)} KB`;
  return [
    ratioRow(
      `\`golang.template\`: ${size}, a loop over ${items.length} structs`,
      "the same text by hand",
      median(floor),
      median(measured),
      3,
    ),
  ];
};

function timed(work: () => string): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
