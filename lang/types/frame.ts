import { place, type Span } from "../diagnostic.ts";
import type {
  BindDefinition,
  Instance,
  ParameterDefinition,
  ScopedBlock,
  ScopedExpression,
  ScopedInclude,
} from "../scope/scoped.ts";
import type { Annotation } from "../syntax/ast.ts";
import type { Value } from "../value.ts";
import type { Parameter } from "./draft.ts";
import type { Type } from "./type.ts";
import type { Region, TypedBind } from "./typed.ts";
import type { Notes, Unit } from "./unit.ts";

/** Makes the unit that infers the value of a binding. */
export type BindingInference = (binding: Binding) => Unit;

/** A variable in one copy of its block, or a parameter of one include. Inferred when it is first used. */
export class Binding {
  /** What is known without solving types, remembered; undefined until it has been asked for. */
  early: { type?: { readonly known: Type | undefined }; value?: { readonly known: Value | undefined } } = {};
  #unit: Unit | undefined;
  #typed: TypedBind | undefined;

  constructor(
    readonly role: "bind" | "class parameter",
    readonly name: string,
    readonly annotation: Annotation | undefined,
    readonly value: ScopedExpression,
    /** Where `value` is written. */
    readonly frame: Frame,
    readonly span: Span,
  ) {}

  get unit(): Unit {
    this.#unit ??= this.frame.infer(this);
    return this.#unit;
  }

  /** @throws Unfinished when the value could not be made */
  get typed(): TypedBind {
    if (this.#typed === undefined) {
      const value = this.unit.typed;
      const { name, span } = this;
      this.#typed = { name, type: value.type, value, region: this.frame.region, span };
    }
    return this.#typed;
  }
}

const none: Notes = () => [];

interface FrameParts {
  /** Absent for the parameters of a function, which have no block of their own. */
  readonly block?: ScopedBlock;
  readonly parent?: Frame;
  readonly region: Region;
  readonly infer: BindingInference;
  /** How the program comes to this copy of the block, for the notes of errors. */
  readonly notes?: Notes | undefined;
}

/**
 * One copy of a scope: a block for each mention that brings it about (a class for each include, a module for each
 * import), or the parameters of a function for each call. Definitions are static; frames tell their copies apart.
 */
export class Frame {
  readonly #binds = new Map<BindDefinition, Binding>();
  readonly #instances = new Map<Instance, Frame>();
  readonly #parameters = new Map<ParameterDefinition, Parameter | Binding>();
  readonly #block: ScopedBlock | undefined;
  readonly #parent: Frame | undefined;
  readonly region: Region;
  readonly infer: BindingInference;
  readonly notes: Notes;

  constructor({ block, parent, region, infer, notes }: FrameParts) {
    this.#block = block;
    this.#parent = parent;
    this.region = region;
    this.infer = infer;
    this.notes = notes ?? parent?.notes ?? none;
  }

  /** A scope within this one, in a region of its own if one is given. */
  inner(block?: ScopedBlock, region: Region = this.region): Frame {
    const parts = { parent: this, region, infer: this.infer };
    return new Frame(block === undefined ? parts : { ...parts, block });
  }

  declare(definition: ParameterDefinition, parameter: Parameter | Binding): void {
    this.#parameters.set(definition, parameter);
  }

  /** The enclosing frame of a block. */
  of(block: ScopedBlock): Frame {
    let at: Frame = this;
    while (at.#block !== block) {
      if (at.#parent === undefined) throw new Error("a name means something that is not in its scope");
      at = at.#parent;
    }
    return at;
  }

  /** The frame that aliases lead to, from which the name behind them is looked up. */
  through(via: readonly Instance[]): Frame {
    let at: Frame = this;
    for (const instance of via) at = at.of(instance.block).instance(instance);
    return at;
  }

  bind(definition: BindDefinition): Binding {
    const home = this.of(definition.block);
    let binding = home.#binds.get(definition);
    if (binding === undefined) {
      const { name, annotation, value, span } = definition;
      binding = new Binding("bind", name, annotation, value, home, span);
      home.#binds.set(definition, binding);
    }
    return binding;
  }

  parameter(definition: ParameterDefinition): Parameter | Binding {
    for (let at: Frame | undefined = this; at !== undefined; at = at.#parent) {
      const parameter = at.#parameters.get(definition);
      if (parameter !== undefined) return parameter;
    }
    throw new Error(`parameter $${definition.name} is not in its scope`);
  }

  /** The copy of a block that an include or import in this frame's own block brings about. */
  instance(instance: Instance): Frame {
    let frame = this.#instances.get(instance);
    if (frame === undefined) {
      frame = instance.kind === "include" ? this.#include(instance) : this.inner(instance.module);
      this.#instances.set(instance, frame);
    }
    return frame;
  }

  #include(include: ScopedInclude): Frame {
    const { class: definition, args, via, span } = include;
    const frame = new Frame({
      block: definition.body,
      parent: this.through(via).of(definition.block),
      region: this.region,
      infer: this.infer,
      notes: () => [`class \`${definition.name}\` is included at ${place(span)}`, ...this.notes()],
    });
    for (const [index, parameter] of definition.parameters.entries()) {
      const value = args[index];
      if (value === undefined) throw new Error(`class ${definition.name} is included with too few arguments`);
      const { name, annotation } = parameter;
      frame.declare(parameter, new Binding("class parameter", name, annotation, value, this, value.span));
    }
    return frame;
  }
}
