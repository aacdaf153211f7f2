import { addScores } from '@holdfast/model';
import type { NodeInstance } from '../state/node-instance.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { scoreOr } from '../unpack/option-values.ts';

/**
 * Promotion score of an instance on a node: the transient attribute `master-NAME` that the agent sets there, NAME
 * being what its history calls it, or its own id without one; else the configured id. It counts only where the
 * instance may run and its state is known; a group's score is the sum over its members.
 */
export function promotionScore(
  instance: ResourceInstance,
  node: NodeInstance,
): { score: number; isDefault: boolean } {
  if (instance.children.length > 0) {
    let score = 0;
    let isDefault = true;
    for (const child of instance.children) {
      const part = promotionScore(child, node);
      score = addScores(score, part.score);
      isDefault = isDefault && part.isDefault;
    }
    return { score, isDefault };
  }
  if (!mayRun(instance, node) || !applies(instance, node)) return { score: 0, isDefault: true };
  const name = instance.unique || !instance.historyKnown ? instance.id : instance.historyId;
  const base = instance.configured.id;
  const attributes = attributeNode(instance, node)?.attributes;
  const value =
    attributes?.get(`master-${name}`) ?? (instance.unique ? undefined : attributes?.get(`master-${base}`));
  return value === undefined ? { score: 0, isDefault: true } : { score: scoreOr(value, 0), isDefault: false };
}

/** Inside a bundle the attribute may be kept on the host: until the instance has its place the current one. */
function attributeNode(instance: ResourceInstance, node: NodeInstance): NodeInstance | undefined {
  if (instance.meta.get('container-attribute-target')?.toLowerCase() !== 'host' || !node.isGuest) return node;
  const container = node.connection?.launcher;
  return instance.assigned ? container?.assignedTo : container?.runningOn[0];
}

/** Where an instance is not wanted, nothing is expected of its promotion. */
function mayRun({ allowed }: ResourceInstance, node: NodeInstance): boolean {
  return allowed.has(node.index) && allowed.score(node.index) >= 0;
}

function applies(instance: ResourceInstance, node: NodeInstance): boolean {
  const clone = instance.top();
  if (clone !== instance && !clone.unique) {
    const active = findMember(clone, instance, ({ runningOn }) => runningOn.includes(node));
    if (active === instance) return true;
    const isKnown = ({ knownOn }: ResourceInstance): boolean => knownOn.has(node.index);
    if (active === undefined && findMember(clone, instance, isKnown) !== undefined) return true;
  }
  if (instance.runningOn.length === 0 && instance.knownOn.size === 0) return true;
  return instance.knownOn.has(node.index) || instance.runningOn.includes(node);
}

/** The first counterpart of a clone's member, in any of the instances, that something holds for. */
function findMember(
  clone: ResourceInstance,
  member: ResourceInstance,
  holds: (other: ResourceInstance) => boolean,
): ResourceInstance | undefined {
  for (const instance of clone.children) {
    if (instance.isPrimitive) {
      if (holds(instance)) return instance;
      continue;
    }
    for (const child of instance.children)
      if (child.configured.id === member.configured.id && holds(child)) return child;
  }
  return undefined;
}
