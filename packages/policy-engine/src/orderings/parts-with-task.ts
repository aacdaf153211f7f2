import { instancesOf } from '../assign/compatible-instance.ts';
import { PartCache } from '../state/part-cache.ts';
import type { ResourceInstance } from '../state/resource-instance.ts';

export function partCacheOf(collection: ResourceInstance): PartCache {
  collection.partCache ??= new PartCache();
  return collection.partCache;
}

/**
 * Members of a group, or instances of a clone or bundle, that have a one-time action of this task. Kept until one of
 * them gets another action: large collections are asked for every ordering of each of their parts.
 */
export function partsWithTask(collection: ResourceInstance, task: string): readonly ResourceInstance[] {
  const { partsByTask } = partCacheOf(collection);
  let found = partsByTask.get(task);
  if (found === undefined) {
    const parts = collection.isCollective ? instancesOf(collection) : collection.children;
    found = parts.filter((part) => part.actionsByKey.has(`${part.id}_${task}_0`));
    partsByTask.set(task, found);
  }
  return found;
}
