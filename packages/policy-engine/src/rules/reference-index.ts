import type {
  AttributeBlock,
  Configuration,
  NameValue,
  OperationDefinition,
  Primitive,
  Resource,
  ResourceSet,
  Rule,
  Template,
} from '@holdfast/model';

/** Finds the targets of `id-ref`: everything in a configuration that may be referred to by id. */
export class ReferenceIndex {
  readonly #blocks = new Map<string, AttributeBlock>();
  readonly #pairs = new Map<string, NameValue>();
  readonly #rules = new Map<string, Rule>();
  readonly #operations = new Map<string, OperationDefinition>();
  readonly #containers = new Map<string, readonly OperationDefinition[]>();
  readonly #sets = new Map<string, ResourceSet>();
  readonly #configuration: Configuration;
  #built = false;

  constructor(configuration: Configuration) {
    this.#configuration = configuration;
  }

  /** Most configurations refer to nothing, so the index is made when the first reference is looked up. */
  #build(): void {
    if (this.#built) return;
    this.#built = true;
    const configuration = this.#configuration;
    this.#addBlocks(configuration.options, configuration.resourceDefaults, configuration.operationDefaults);
    for (const node of configuration.nodes) this.#addBlocks(node.attributes, node.utilization);
    for (const template of configuration.templates) this.#addDefinition(template);
    for (const resource of configuration.resources) this.#addResource(resource);
    for (const constraint of configuration.constraints) {
      if (constraint.kind === 'location') for (const rule of constraint.rules) this.#addRule(rule);
      for (const set of constraint.sets) if (set.id !== undefined) this.#sets.set(set.id, set);
    }
  }

  /** The block itself, or the one it refers to; undefined if there is none. */
  block(block: AttributeBlock): AttributeBlock | undefined {
    if (block.idRef === undefined) return block;
    this.#build();
    return this.#blocks.get(block.idRef);
  }

  /** The pair itself, or the one it refers to, under its own name if it gives one. */
  pair(pair: NameValue): NameValue | undefined {
    if (pair.idRef === undefined) return pair;
    this.#build();
    const target = this.#pairs.get(pair.idRef);
    return target && pair.name !== undefined ? { ...target, name: pair.name } : target;
  }

  readonly ruleById = (id: string): Rule | undefined => {
    this.#build();
    return this.#rules.get(id);
  };

  set(set: ResourceSet): ResourceSet | undefined {
    if (set.idRef === undefined) return set;
    this.#build();
    return this.#sets.get(set.idRef);
  }

  /** The operations of a primitive or template, references resolved; dangling ones are left out. */
  operations(definition: Primitive | Template): readonly OperationDefinition[] {
    const container = definition.operationsContainer?.idRef;
    if (container === undefined && definition.operations.every(({ idRef }) => idRef === undefined)) {
      return definition.operations;
    }
    this.#build();
    const listed = container === undefined ? definition.operations : (this.#containers.get(container) ?? []);
    return listed.flatMap((operation) => {
      const target = operation.idRef === undefined ? operation : this.#operations.get(operation.idRef);
      return target === undefined ? [] : [target];
    });
  }

  #addResource(resource: Resource): void {
    if (resource.kind === 'primitive') {
      this.#addDefinition(resource);
      return;
    }
    this.#addBlocks(resource.meta, resource.params);
    if (resource.kind === 'group') for (const member of resource.members) this.#addDefinition(member);
    else if (resource.child !== undefined) this.#addResource(resource.child);
  }

  #addDefinition(definition: Primitive | Template): void {
    this.#addBlocks(definition.meta, definition.params, definition.utilization);
    const container = definition.operationsContainer?.id;
    if (container !== undefined) this.#containers.set(container, definition.operations);
    for (const operation of definition.operations) {
      if (operation.id !== undefined) this.#operations.set(operation.id, operation);
      this.#addBlocks(operation.params, operation.meta);
    }
  }

  #addBlocks(...lists: readonly (readonly AttributeBlock[])[]): void {
    for (const block of lists.flat()) {
      if (block.id !== undefined) this.#blocks.set(block.id, block);
      for (const pair of block.pairs) if (pair.id !== undefined) this.#pairs.set(pair.id, pair);
      for (const rule of block.rules) this.#addRule(rule);
    }
  }

  #addRule(rule: Rule): void {
    if (rule.id !== undefined) this.#rules.set(rule.id, rule);
    for (const expression of rule.expressions) if (expression.kind === 'rule') this.#addRule(expression);
  }
}
