import type { CompileObserver } from "../../../lang/compile.ts";
import type { Span } from "../../../lang/diagnostic.ts";
import type { LoadedProgram } from "../../../lang/modules/loaded-program.ts";
import type { Mention, Names } from "../../../lang/scope/observer.ts";
import type { Scope } from "../../../lang/scope/scope.ts";
import type { BindDefinition } from "../../../lang/scope/scoped.ts";
import type { TypedExpression } from "../../../lang/types/typed.ts";

/** Keeps what the compiler tells on its way; to make something of it is left to those who need it. */
export class Recording implements CompileObserver {
  program: LoadedProgram | undefined;
  names: Names | undefined;
  readonly scopes: { readonly scope: Scope; readonly span: Span }[] = [];
  readonly mentions: Mention[] = [];
  expressions: ((unused: Iterable<BindDefinition>) => readonly TypedExpression[]) | undefined;

  loaded(program: LoadedProgram): void {
    this.program = program;
  }

  begin(names: Names): void {
    this.names = names;
  }

  scope(scope: Scope, span: Span): void {
    this.scopes.push({ scope, span });
  }

  mention(mention: Mention): void {
    this.mentions.push(mention);
  }

  typed(expressions: (unused: Iterable<BindDefinition>) => readonly TypedExpression[]): void {
    this.expressions = expressions;
  }
}
