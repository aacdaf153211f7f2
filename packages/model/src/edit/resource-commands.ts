import type { AttributeBlock } from '../configuration/attributes.ts';
import type { LocationConstraint } from '../configuration/constraint.ts';
import { type Statement, statementId } from '../crm-syntax/statement.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import type { ConfigurationDraft } from './configuration-draft.ts';
import { isContainer, isResource, membersOf, type ResourceStatement } from './draft-object.ts';
import { findInBlocks, setInBlocks } from './edit-attributes.ts';

/** The kinds of names a resource has. */
export type ResourceSection = 'meta' | 'params' | 'utilization';

/**
 * Sets one meta attribute, parameter or utilization of a resource; null removes it.
 * @throws HoldfastError NO_SUCH_OBJECT
 */
export function setResourceValue(
  draft: ConfigurationDraft,
  id: string,
  section: ResourceSection,
  name: string,
  value: string | null,
): void {
  const statement = resourceOf(draft, id);
  const change = (blocks: readonly AttributeBlock[]): readonly AttributeBlock[] =>
    setInBlocks(blocks, name, value);
  switch (statement.kind) {
    case 'primitive': {
      const { primitive } = statement;
      draft.replace({ ...statement, primitive: { ...primitive, [section]: change(primitive[section]) } });
      return;
    }
    case 'group':
      draft.replace({
        ...statement,
        group: { ...statement.group, ...changed(statement.group, section, change) },
      });
      return;
    case 'clone':
      draft.replace({
        ...statement,
        clone: { ...statement.clone, ...changed(statement.clone, section, change) },
      });
      return;
    case 'bundle':
      draft.replace({
        ...statement,
        bundle: { ...statement.bundle, ...changed(statement.bundle, section, change) },
      });
  }
}

function changed(
  resource: {
    readonly id: string;
    readonly meta: readonly AttributeBlock[];
    readonly params: readonly AttributeBlock[];
  },
  section: ResourceSection,
  change: (blocks: readonly AttributeBlock[]) => readonly AttributeBlock[],
): Partial<Record<'meta' | 'params', readonly AttributeBlock[]>> {
  if (section === 'utilization')
    throw new HoldfastError('CONFIG_INVALID', {
      problem: `${resource.id} has no utilization of its own`,
      id: resource.id,
    });
  return { [section]: change(resource[section]) };
}

/** The value of one name of a resource; undefined when it is not set. @throws HoldfastError NO_SUCH_OBJECT */
export function resourceValue(
  draft: ConfigurationDraft,
  id: string,
  section: ResourceSection,
  name: string,
): string | undefined {
  const statement = resourceOf(draft, id);
  switch (statement.kind) {
    case 'primitive':
      return findInBlocks(statement.primitive[section], name);
    case 'group':
      return section === 'utilization' ? undefined : findInBlocks(statement.group[section], name);
    case 'clone':
      return section === 'utilization' ? undefined : findInBlocks(statement.clone[section], name);
    case 'bundle':
      return section === 'utilization' ? undefined : findInBlocks(statement.bundle[section], name);
  }
}

/** What happens to what members of the resource say themselves. */
export interface MemberOptions {
  /** Leave it, also where it contradicts. @default false */
  readonly keepMembers?: boolean;
}

/**
 * Asks for a role: `Started`, `Stopped`, `Promoted`. What a clone multiplies is asked through the clone; members of
 * what is asked lose their own `target-role`, which would contradict. @throws HoldfastError NO_SUCH_OBJECT
 */
export function setTargetRole(
  draft: ConfigurationDraft,
  id: string,
  role: string,
  options: MemberOptions = {},
): void {
  setAndClearMembers(draft, id, 'target-role', role, options);
}

/** Switches maintenance of a resource on or off; also what it holds. @throws HoldfastError NO_SUCH_OBJECT */
export function setResourceMaintenance(draft: ConfigurationDraft, id: string, on: boolean): void {
  setAndClearMembers(draft, id, 'maintenance', String(on));
}

/** Lets the cluster manage a resource, or leave it alone. @throws HoldfastError NO_SUCH_OBJECT */
export function setManaged(draft: ConfigurationDraft, id: string, managed: boolean): void {
  setAndClearMembers(draft, id, 'is-managed', String(managed));
}

function setAndClearMembers(
  draft: ConfigurationDraft,
  id: string,
  name: string,
  value: string,
  { keepMembers = false }: MemberOptions = {},
): void {
  const target = commandTarget(draft, id);
  setResourceValue(draft, target, 'meta', name, value);
  if (keepMembers) return;
  for (const member of descendants(draft, target))
    if (resourceValue(draft, member, 'meta', name) !== undefined)
      setResourceValue(draft, member, 'meta', name, null);
}

/** The resource a command about `id` acts on: a clone for what it multiplies. */
export function commandTarget(draft: ConfigurationDraft, id: string): string {
  resourceOf(draft, id);
  const parent = draft.parentOf(id);
  return parent?.kind === 'clone' ? parent.clone.id : id;
}

function descendants(draft: ConfigurationDraft, id: string): string[] {
  const statement = draft.get(id);
  if (!isContainer(statement)) return [];
  return membersOf(statement).flatMap((member) => [member, ...descendants(draft, member)]);
}

/** What a move or ban is about. */
export interface MoveOptions {
  readonly node: string;
  /** Role the constraint is about. Default `Started`, which every running role implies. */
  readonly role?: string;
}

/** Prefers a node with all weight: the constraint `cli-prefer-ID`. @throws HoldfastError NO_SUCH_OBJECT */
export function preferNode(draft: ConfigurationDraft, id: string, options: MoveOptions): void {
  putLocation(draft, `cli-prefer-${id}`, id, 'INFINITY', options);
}

/** Keeps a resource from a node: the constraint `cli-ban-ID-on-NODE`. @throws HoldfastError NO_SUCH_OBJECT */
export function banNode(draft: ConfigurationDraft, id: string, options: MoveOptions): void {
  putLocation(draft, `cli-ban-${id}-on-${options.node}`, id, '-INFINITY', options);
}

function putLocation(
  draft: ConfigurationDraft,
  constraintId: string,
  resource: string,
  score: string,
  { node, role }: MoveOptions,
): void {
  resourceOf(draft, resource);
  const constraint: LocationConstraint = {
    kind: 'location',
    id: constraintId,
    resource,
    role: role ?? 'Started',
    node,
    score,
    sets: [],
    rules: [],
  };
  draft.replace({ kind: 'constraint', constraint });
}

/**
 * Removes the constraints that moves and bans of a resource left behind, for one node or for all; returns their ids.
 * @throws HoldfastError NO_SUCH_OBJECT
 */
export function clearMoves(draft: ConfigurationDraft, id: string, node?: string): string[] {
  resourceOf(draft, id);
  const ids = draft.objects().flatMap((each) => (isMove(each, id, node) ? [statementId(each) ?? ''] : []));
  if (ids.length > 0) draft.delete(ids);
  return ids;
}

function isMove(statement: Statement, id: string, node: string | undefined): boolean {
  if (statement.kind !== 'constraint' || statement.constraint.kind !== 'location') return false;
  const { constraint } = statement;
  if (constraint.resource !== id || !/^cli-(prefer|ban|standby)-/.test(constraint.id)) return false;
  return node === undefined || constraint.node === undefined || constraint.node === node;
}

function resourceOf(draft: ConfigurationDraft, id: string): ResourceStatement {
  const found = draft.find(id);
  if (!found || !isResource(found)) throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'resource', id });
  return found;
}

/** Sets a permanent attribute of a node; null removes it. A node not configured yet is added. */
export function setNodeAttribute(
  draft: ConfigurationDraft,
  name: string,
  attribute: string,
  value: string | null,
): void {
  const found = draft.find(name);
  const node = found?.kind === 'node' ? found.node : { id: name, name, attributes: [], utilization: [] };
  const id = node.id ?? name;
  const attributes = setInBlocks(node.attributes, attribute, value).map((each) =>
    each.id === undefined && each.idRef === undefined ? { ...each, id: `nodes-${id}` } : each,
  );
  draft.replace({ kind: 'node', node: { ...node, id, attributes } });
}
