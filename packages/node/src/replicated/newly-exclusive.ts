import type { Configuration, Resource } from '@holdfast/model';
import { ConfigurationFacts } from './configuration-facts.ts';

/**
 * Instances, or promoted roles, that may be active once only by the second configuration and were not kept in the log's
 * record of holders by the first: an anonymous clone became a primitive, or gets one promoted copy instead of several.
 */
export function newlyExclusive(before: Configuration, after: Configuration): string[] {
  if (!changedContainer(before.resources, after.resources)) return [];
  const found: string[] = [];
  const facts = new ConfigurationFacts(after);
  for (const [id, was] of new ConfigurationFacts(before).primitives) {
    const is = facts.primitives.get(id);
    if (is === undefined || was.exclusive) continue;
    const role = facts.promotedRole(id);
    if (is.exclusive) found.push(id);
    else if (role !== undefined && !was.singlePromoted) found.push(role);
  }
  return found;
}

/** Most changes leave every container as it is; then nothing has to be read. */
function changedContainer(before: readonly Resource[], after: readonly Resource[]): boolean {
  if (before === after) return false;
  const changed = before.filter((each, at) => isContainer(each) && after[at] !== each);
  if (changed.length === 0) return false;
  const kept = new Set(after);
  return changed.some((each) => !kept.has(each));
}

function isContainer({ kind }: Resource): boolean {
  return kind === 'clone' || kind === 'bundle';
}
