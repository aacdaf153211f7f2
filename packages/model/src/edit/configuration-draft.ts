import type { AttributeBlock } from '../configuration/attributes.ts';
import { type Configuration, EMPTY_CONFIGURATION } from '../configuration/configuration.ts';
import type { Resource } from '../configuration/resource.ts';
import { showObjects } from '../crm-syntax/print-configuration.ts';
import { type ParsedStatement, type Statement, statementId } from '../crm-syntax/statement.ts';
import { HoldfastError, type TextPosition } from '../errors/holdfast-error.ts';
import { currentOptionName } from '../validate/known-names.ts';
import { buildConfiguration, configurationOf } from './build-configuration.ts';
import { completeIds, idsIn } from './complete-ids.ts';
import {
  type ContainerStatement,
  emptied,
  hasTarget,
  isContainer,
  isResource,
  keyOf,
  membersOf,
  promotableClone,
  putRank,
  withId,
  withReference,
} from './draft-object.ts';
import { mergeBlocks } from './edit-attributes.ts';
import { resolveReferences } from './resolve-references.ts';
import { resourcesOf, withoutResource, withResourceReplaced } from './without-resource.ts';

/** What happens when a statement names an object that exists. */
export type PutMode =
  /** It is refused; sets of options and defaults are merged. */
  | 'create'
  /** It is replaced; sets of options and defaults are merged. */
  | 'update'
  /** It is replaced, also sets of options and defaults. */
  | 'replace';

/** Ids of sets that statements without an id mean. */
const DEFAULT_SETS = {
  options: 'cib-bootstrap-options',
  'resource-defaults': 'rsc-options',
  'operation-defaults': 'op-options',
} as const;

/**
 * A configuration that is being edited, as operators see it: a set of named objects in which groups, clones and
 * bundles name their members. Nothing is checked as a whole here: `configuration()` gives the result, and
 * `diffConfigurations` the change. `notes` tells what was changed beyond what was asked.
 */
export class ConfigurationDraft {
  readonly #objects = new Map<string, Statement>();
  /** Values of untouched resources, so that they are shared with the configuration this began with. */
  readonly #origins = new Map<Statement, Resource>();
  readonly #ids = new Set<string>();
  readonly #notes: string[] = [];

  constructor(configuration: Configuration = EMPTY_CONFIGURATION) {
    for (const { statement, entity } of showObjects(configuration)) {
      this.#objects.set(keyOf(statement), statement);
      if (entity.kind === 'resource') this.#origins.set(statement, entity.value);
      idsIn(statement, this.#ids);
    }
  }

  /** What was changed beyond what was asked, in words. */
  get notes(): readonly string[] {
    return this.#notes;
  }

  /** All objects in their order. */
  objects(): readonly Statement[] {
    return [...this.#objects.values()];
  }

  /** The object with an id, or the node with a name; undefined when there is none. */
  find(id: string): Statement | undefined {
    return this.#objects.get(id) ?? this.#objects.get(`node ${id}`) ?? this.#nodeById(id);
  }

  /** The object with an id. @throws HoldfastError NO_SUCH_OBJECT */
  get(id: string): Statement {
    const found = this.find(id);
    if (!found) throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'object', id });
    return found;
  }

  /** The container a resource is in. */
  parentOf(id: string): ContainerStatement | undefined {
    for (const each of this.#objects.values())
      if (isContainer(each) && membersOf(each).includes(id)) return each;
    return undefined;
  }

  /** Adds or replaces what a statement says. @throws HoldfastError CONFIG_EXISTS, NO_SUCH_OBJECT, CONFIG_SYNTAX */
  put(
    { statement, position }: ParsedStatement,
    mode: PutMode = 'create',
    replaced?: ContainerStatement,
  ): void {
    switch (statement.kind) {
      case 'options':
      case 'resource-defaults':
      case 'operation-defaults':
        this.#putSet(statement, mode);
        return;
      case 'monitor':
        this.#putMonitor(statement, position);
        return;
      case 'xml':
        for (const shown of showObjects(configurationOf(statement.entities)))
          this.#putObject(shown.statement, mode, position);
        return;
      case 'fencing-topology':
        this.#store({ ...statement, levels: this.#expandLevels(statement.levels) });
        return;
      default:
        this.#putObject(statement, mode, position, replaced);
        return;
    }
  }

  /** Replaces an object by another with the same id; ids are given where they are missing. */
  replace(statement: Statement): void {
    this.#store(statement);
  }

  /**
   * Removes objects. A container leaves its members, and constraints on it go to its first member; a member leaves
   * its container, which goes when it is empty; constraints and tags lose what is gone, or go too.
   * @throws HoldfastError NO_SUCH_OBJECT, CONFIG_INVALID (a template that is in use)
   */
  delete(ids: readonly string[]): void {
    const found = ids.map((id) => this.get(id));
    const doomed = new Set(ids);
    for (const statement of found) this.#delete(statement, doomed);
  }

  /** Puts statements in an order in which what they name is there; what exists is replaced, option sets are merged. */
  update(statements: readonly ParsedStatement[]): void {
    this.#putAll(statements, 'update', this.#emptyContainers(statements));
  }

  /**
   * Replaces a selection of objects by statements, as when their text was edited: objects that are no longer there
   * are deleted, others are replaced or created, members may move between containers.
   * @throws HoldfastError as `put` and `delete`
   */
  replaceSelection(ids: readonly string[], statements: readonly ParsedStatement[]): void {
    const wanted = new Set(statements.map(({ statement }) => keyOf(statement)));
    const before = this.#emptyContainers(statements);
    const vanished = ids.filter((id) => !wanted.has(id) && !wanted.has(`node ${id}`) && this.find(id));
    if (vanished.length > 0) this.delete(vanished);
    this.#putAll(statements, 'replace', before);
  }

  /** Gives an object another id, everywhere it is named. @throws HoldfastError NO_SUCH_OBJECT, CONFIG_EXISTS */
  rename(from: string, to: string): void {
    const statement = this.get(from);
    if (this.find(to)) throw new HoldfastError('CONFIG_EXISTS', { id: to });
    const renamed = [...this.#objects.values()].map((each) =>
      each === statement ? withId(statement, to) : withReference(each, from, to),
    );
    this.#objects.clear();
    for (const each of renamed) this.#objects.set(keyOf(each), each);
    this.#ids.add(to);
  }

  /** The configuration as it is now. @throws HoldfastError NO_SUCH_OBJECT when a container names nothing */
  configuration(): Configuration {
    return buildConfiguration(this.#objects, this.#origins);
  }

  /** Takes the members out of containers that are about to be replaced, so that members may move between them. */
  #emptyContainers(statements: readonly ParsedStatement[]): ReadonlyMap<string, ContainerStatement> {
    const replaced = statements.flatMap(({ statement }) => this.#objects.get(keyOf(statement)) ?? []);
    const before = new Map(replaced.filter(isContainer).map((each) => [keyOf(each), each]));
    for (const [key, each] of before) this.#objects.set(key, emptied(each));
    return before;
  }

  #putAll(
    statements: readonly ParsedStatement[],
    mode: PutMode,
    replaced: ReadonlyMap<string, ContainerStatement> = new Map(),
  ): void {
    for (const each of [...statements].sort((a, b) => putRank(a.statement) - putRank(b.statement)))
      this.put(each, mode, replaced.get(keyOf(each.statement)));
  }

  #nodeById(id: string): Statement | undefined {
    for (const each of this.#objects.values()) if (each.kind === 'node' && each.node.id === id) return each;
    return undefined;
  }

  #store(statement: Statement): void {
    const key = keyOf(statement);
    const before = this.#objects.get(key);
    if (before) for (const id of idsIn(before)) this.#ids.delete(id);
    const resolved = resolveReferences(statement, (id) => this.#objects.get(id));
    const complete = completeIds(resolved, (id) => this.#ids.has(id));
    this.#objects.set(key, complete);
    idsIn(complete, this.#ids);
  }

  #putObject(
    statement: Statement,
    mode: PutMode,
    position: TextPosition,
    replaced?: ContainerStatement,
  ): void {
    const key = keyOf(statement);
    const before = this.#objects.get(key);
    const id = statementId(statement) ?? '';
    if (before && mode === 'create') throw new HoldfastError('CONFIG_EXISTS', { id }, position);
    if (before && before.kind !== statement.kind && !(isContainer(before) && isContainer(statement)))
      throw new HoldfastError('CONFIG_EXISTS', { id }, position);
    const current = statement.kind === 'clone' ? promotableClone(statement) : statement;
    if (isContainer(current)) this.#adopt(current, replaced ?? before, position);
    this.#store(current);
  }

  /** Takes members out of where they were, and puts constraints on them on the container instead. */
  #adopt(container: ContainerStatement, before: Statement | undefined, position: TextPosition): void {
    const containerId = statementId(container) ?? '';
    const had = before && isContainer(before) ? membersOf(before) : [];
    for (const member of membersOf(container)) {
      const found = this.#objects.get(member);
      if (!found || !isResource(found))
        throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'resource', id: member }, position);
      if (had.includes(member)) continue;
      const parent = this.parentOf(member);
      if (parent && statementId(parent) !== containerId) {
        const problem = `${member} is already in ${statementId(parent) ?? ''}`;
        throw new HoldfastError('CONFIG_INVALID', { problem, id: member }, position);
      }
      this.#redirect(member, containerId, membersOf(container));
    }
  }

  /** Puts constraints on another resource; those between resources that stay together say what they said. */
  #redirect(from: string, to: string, together: readonly string[] = []): void {
    for (const [key, each] of this.#objects) {
      if (each.kind !== 'constraint') continue;
      const named = resourcesOf(each.constraint);
      const others = named.filter((id) => id !== from);
      if (!named.includes(from)) continue;
      if (others.length > 0 && others.every((id) => id === to || together.includes(id))) continue;
      this.#objects.set(key, { ...each, constraint: withResourceReplaced(each.constraint, from, to) });
      this.#notes.push(`${each.constraint.id} now applies to ${to} instead of ${from}`);
    }
  }

  #putSet(
    statement: Extract<Statement, { kind: 'options' | 'resource-defaults' | 'operation-defaults' }>,
    mode: PutMode,
  ): void {
    const { kind, block } = statement;
    const id = block.id ?? this.#defaultSet(kind, block);
    const key = keyOf({ ...statement, block: { ...block, id } });
    const before = this.#objects.get(key);
    const isMerge = before && before.kind === kind && mode !== 'replace' && block.rules.length === 0;
    this.#store({
      kind,
      block: isMerge
        ? mergeBlocks(before.block, block, kind === 'options' ? currentOptionName : undefined)
        : { ...block, id },
    });
  }

  #defaultSet(kind: keyof typeof DEFAULT_SETS, block: AttributeBlock): string {
    const usual = DEFAULT_SETS[kind];
    if (block.rules.length > 0) return this.#ids.has(usual) ? this.#freshId(usual) : usual;
    if (this.#objects.get(usual)?.kind === kind) return usual;
    const plain = [...this.#objects.values()].filter(
      (each) => each.kind === kind && each.block.rules.length === 0,
    );
    return (plain.length === 1 && plain[0] ? statementId(plain[0]) : undefined) ?? usual;
  }

  #freshId(wanted: string): string {
    for (let number = 0; ; number++) if (!this.#ids.has(`${wanted}-${number}`)) return `${wanted}-${number}`;
  }

  #putMonitor(statement: Extract<Statement, { kind: 'monitor' }>, position: TextPosition): void {
    const found = this.#objects.get(statement.resource);
    if (found?.kind !== 'primitive')
      throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'primitive', id: statement.resource }, position);
    const { interval = '0' } = statement.operation.attributes;
    const operation = { id: `${statement.resource}-monitor-${interval}`, ...statement.operation };
    const { primitive } = found;
    this.#store({ ...found, primitive: { ...primitive, operations: [...primitive.operations, operation] } });
  }

  #expandLevels(
    levels: Extract<Statement, { kind: 'fencing-topology' }>['levels'],
  ): Extract<Statement, { kind: 'fencing-topology' }>['levels'] {
    const nodes = this.objects().flatMap((each) => (each.kind === 'node' ? [each.node.name] : []));
    const forAll = levels.filter((each) => !hasTarget(each));
    const expanded = nodes.flatMap((target) => forAll.map((level) => ({ ...level, target })));
    return [...expanded, ...levels.filter(hasTarget)];
  }

  #delete(statement: Statement, doomed: ReadonlySet<string>): void {
    const id = statementId(statement) ?? '';
    if (!this.#objects.delete(keyOf(statement))) return;
    for (const each of idsIn(statement)) this.#ids.delete(each);
    if (statement.kind === 'template') this.#refuseIfUsed(id);
    if (!isResource(statement) && statement.kind !== 'template') {
      this.#forget(id, doomed);
      return;
    }
    const heir = isContainer(statement) ? membersOf(statement).find((each) => !doomed.has(each)) : undefined;
    const parent = this.parentOf(id);
    if (heir !== undefined) this.#redirect(id, heir);
    if (parent) this.#leave(parent, id, heir, doomed);
    this.#forget(id, doomed);
  }

  #refuseIfUsed(id: string): void {
    const user = this.objects().find((each) => each.kind === 'primitive' && each.primitive.template === id);
    if (user)
      throw new HoldfastError('CONFIG_INVALID', {
        problem: `${statementId(user) ?? ''} is made from ${id}`,
        id,
      });
  }

  /** Takes a member out of its container; a container of one that loses it goes, or takes the member's own child. */
  #leave(
    parent: ContainerStatement,
    id: string,
    heir: string | undefined,
    doomed: ReadonlySet<string>,
  ): void {
    const rest = membersOf(parent).filter((each) => each !== id);
    if (parent.kind === 'group' && rest.length > 0)
      this.#objects.set(parent.group.id, { ...parent, group: { ...parent.group, members: rest } });
    else if (parent.kind === 'bundle') {
      const { child: _, ...bundle } = parent.bundle;
      this.#objects.set(bundle.id, { kind: 'bundle', bundle });
    } else {
      if (heir !== undefined) this.#redirect(statementId(parent) ?? '', heir);
      this.#delete(parent, doomed);
    }
  }

  /** Removes every mention of an object that is gone. */
  #forget(id: string, doomed: ReadonlySet<string>): void {
    for (const [key, each] of [...this.#objects]) {
      if (each.kind === 'constraint') {
        const constraint = withoutResource(each.constraint, id);
        if (constraint === each.constraint) continue;
        if (constraint) this.#objects.set(key, { ...each, constraint });
        else {
          this.#objects.delete(key);
          if (!doomed.has(each.constraint.id))
            this.#notes.push(`${each.constraint.id} is removed with ${id}`);
          for (const inner of idsIn(each)) this.#ids.delete(inner);
        }
      } else if (each.kind === 'tag' && each.tag.members.includes(id)) {
        const members = each.tag.members.filter((member) => member !== id);
        if (members.length > 0) this.#objects.set(key, { ...each, tag: { ...each.tag, members } });
        else this.#objects.delete(key);
      } else if (each.kind === 'fencing-topology') {
        const levels = each.levels
          .map((level) => ({
            ...level,
            devices: level.devices
              .split(',')
              .filter((device) => device.trim() !== id)
              .join(','),
          }))
          .filter((level) => level.devices !== '');
        if (levels.length > 0) this.#objects.set(key, { ...each, levels });
        else this.#objects.delete(key);
      }
    }
  }
}
