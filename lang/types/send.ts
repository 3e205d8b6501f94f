import { type Diagnostic, diagnostic } from "../diagnostic.ts";
import type { FieldSchema } from "../kinds.ts";
import type { ScopedHalf, ScopedSend } from "../scope/scoped.ts";
import { suggestion } from "../suggest.ts";
import { earlyValue } from "./early-value.ts";
import type { Frame } from "./frame.ts";
import type { ResourceInference } from "./resources.ts";
import type { StatementContext, StatementDraft } from "./statement-context.ts";
import { printType, sameType } from "./type.ts";

/** `Kind["x"].output -> Kind["y"].input`: whether it can be is known from the kinds alone (section 11). */
export class SendInference {
  readonly #context: StatementContext;
  readonly #resources: ResourceInference;

  constructor(context: StatementContext, resources: ResourceInference) {
    this.#context = context;
    this.#resources = resources;
  }

  send(statement: ScopedSend, frame: Frame): StatementDraft {
    const { output, input, span } = statement;
    const problem = this.#problem(statement, frame);
    if (problem !== undefined) this.#context.report(frame, problem);
    const from = this.#resources.half(statement.from, frame);
    const to = this.#resources.half(statement.to, frame);
    return () => ({ kind: "send", from: from(), output, to: to(), input, span });
  }

  #problem({ from, output, to, input, span }: ScopedSend, frame: Frame): Diagnostic | undefined {
    const { kinds } = this.#context;
    const sender = kinds.get(from.resource);
    if (sender === undefined) return this.#resources.unknownKind(from.resource, from.span);
    const receiver = kinds.get(to.resource);
    if (receiver === undefined) return this.#resources.unknownKind(to.resource, to.span);
    if (sender.sends === undefined) {
      return diagnostic(
        "type",
        "cannot-send",
        `cannot send from \`${from.resource}\`: resources of this kind send nothing`,
        span,
        {
          focus: from.span,
        },
      );
    }
    if (!receiver.receives) {
      return diagnostic(
        "type",
        "cannot-receive",
        `cannot send to \`${to.resource}\`: resources of this kind receive nothing`,
        span,
        { focus: to.span },
      );
    }
    const problem = misfit(sender.sends, output, receiver.fields, input);
    if (problem === undefined) return undefined;
    const path = `${label(from, frame)}.${output} to ${label(to, frame)}.${input}`;
    return diagnostic("type", problem.code, `cannot send ${path}: ${problem.reason}`, span, {
      help: problem.help,
      focus: problem.side === "sender" ? from.span : to.span,
    });
  }
}

interface Misfit {
  readonly code: string;
  readonly side: "sender" | "receiver";
  readonly reason: string;
  readonly help?: string | undefined;
}

type Fields = ReadonlyMap<string, FieldSchema>;

function misfit(sends: Fields, output: string, receives: Fields, input: string): Misfit | undefined {
  const sent = sends.get(output);
  if (sent === undefined) return unknown("sender", output, sends);
  const received = receives.get(input);
  if (received === undefined) return unknown("receiver", input, receives);
  if (isUnchecked(sent) || isUnchecked(received) || sameType(sent.type, received.type)) return undefined;
  const reason = `type mismatch: \`${output}\` is ${printType(sent.type)}, \`${input}\` is ${printType(received.type)}`;
  return { code: "send-type", side: "receiver", reason };
}

function unknown(side: Misfit["side"], field: string, fields: Fields): Misfit {
  const introduction = side === "sender" ? "what it sends is" : "its fields are";
  return {
    code: "unknown-field",
    side,
    reason: `the ${side} has no field \`${field}\``,
    help: suggestion(field, fields.keys(), introduction),
  };
}

/** Whether only the value at run time decides if it fits. */
function isUnchecked(field: FieldSchema): boolean {
  return field.optional || field.type.kind === "variant";
}

function label({ resource, name }: ScopedHalf, frame: Frame): string {
  const known = earlyValue(name, frame);
  return typeof known === "string" ? `${resource}[${known}]` : resource;
}
