import { type Diagnostic, diagnostic } from "../diagnostic.ts";
import type { FieldSchema } from "../kinds.ts";
import type { ScopedHalf, ScopedSend } from "../scope/scoped.ts";
import { nearest } from "../suggest.ts";
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
      return diagnostic("type", "cannot-send", `cannot send from resource of kind: ${from.resource}`, span);
    }
    if (!receiver.receives) {
      return diagnostic("type", "cannot-receive", `cannot recv to resource of kind: ${to.resource}`, span);
    }
    const problem = misfit(sender.sends, output, receiver.fields, input);
    if (problem === undefined) return undefined;
    const path = `${label(from, frame)}.${output} to ${label(to, frame)}.${input}`;
    const message = `cannot send/recv from ${path}: ${problem.reason}`;
    return diagnostic("type", problem.code, message, span, { help: problem.help });
  }
}

interface Misfit {
  readonly code: string;
  readonly reason: string;
  readonly help?: string | undefined;
}

type Fields = ReadonlyMap<string, FieldSchema>;

function misfit(sends: Fields, output: string, receives: Fields, input: string): Misfit | undefined {
  const sent = sends.get(output);
  if (sent === undefined) return unknown("send", output, sends);
  const received = receives.get(input);
  if (received === undefined) return unknown("recv", input, receives);
  if (isUnchecked(sent) || isUnchecked(received) || sameType(sent.type, received.type)) return undefined;
  const reason =
    sent.type.kind === received.type.kind
      ? `type mismatch between ${printType(sent.type)} and ${printType(received.type)}`
      : `field kind mismatch between ${printType(sent.type)} and ${printType(received.type)}`;
  return { code: "send-type", reason };
}

function unknown(side: "send" | "recv", field: string, fields: Fields): Misfit {
  const candidate = nearest(field, fields.keys());
  return {
    code: "unknown-field",
    reason: `key not found in ${side} struct`,
    help: candidate === undefined ? undefined : `did you mean \`${candidate}\` instead of \`${field}\`?`,
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
