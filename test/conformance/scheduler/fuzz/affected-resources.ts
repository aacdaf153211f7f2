import type { Resource } from '@holdfast/model';

/** What was decided about a resource or instance, and why. */
export interface Decision {
  readonly subject: string;
  /** Such as `colocation with a` or `unrunnable b start`. */
  readonly reason: string;
}

/** Reads a decision (`* Stop a:0 ( n1 ) due to node availability`); undefined if it is about a node or has no reason. */
export function readDecision(line: string): Decision | undefined {
  const match = /^\* [\w-]+ (\S+) \(.*\) due to (.*?)(?: \(blocked\))?$/.exec(line);
  return match ? { subject: match[1] as string, reason: match[2] as string } : undefined;
}

/** The names of what some decisions are about, of what was decided because of those, and of the groups they are in. */
export function affectedResources(
  decisions: readonly Decision[],
  resources: readonly Resource[],
  first: (decision: Decision) => boolean,
): ReadonlySet<string> {
  const affected = new Set(decisions.filter(first).map(({ subject }) => withoutNumber(subject)));
  for (let size = -1; size !== affected.size; ) {
    size = affected.size;
    for (const { subject, reason } of decisions) {
      if (reason.split(' ').some((word) => affected.has(withoutNumber(word))))
        affected.add(withoutNumber(subject));
    }
    for (const resource of resources) {
      if (namesOf(resource).some((name) => affected.has(name)))
        for (const id of collectionsOf(resource)) affected.add(id);
    }
  }
  return affected;
}

/** Whether a decision or action is about one of these resources. Names of generated resources have no underscore. */
export function isAbout(fact: string, names: ReadonlySet<string>): boolean {
  const match =
    /^\*(?:Re-promote|Restart|Recover|Promote|Demote|Migrate|Reload|Start|Stop|Move)([^(]+)\(/.exec(fact) ??
    /^(?:rsc_op|pseudo_event|crm_event) ([^\s_]+)_/.exec(fact) ??
    /^pseudo_event (one-or-more:.*?)(?:-set\d+)?$/.exec(fact);
  return match !== null && names.has(withoutNumber(match[1] as string));
}

function withoutNumber(name: string): string {
  return name.replace(/:\d+$/, '');
}

/** A resource and everything inside it, the connections to guest nodes included. */
export function namesOf(resource: Resource): string[] {
  switch (resource.kind) {
    case 'primitive':
      return [resource.id, ...guestsOf(resource)];
    case 'group':
      return [resource.id, ...resource.members.flatMap(namesOf)];
    case 'clone':
      return [resource.id, ...namesOf(resource.child)];
    case 'bundle':
      return [resource.id, ...(resource.child ? [resource.child.id] : [])];
  }
}

function collectionsOf(resource: Resource): string[] {
  if (resource.kind === 'clone') return [resource.id, ...collectionsOf(resource.child)];
  return resource.kind === 'primitive' ? [] : [resource.id];
}

/** The connections to guest nodes that are started with a resource. */
function guestsOf(resource: Resource): string[] {
  const pairs = resource.meta.flatMap((block) => block.pairs);
  return pairs.flatMap(({ name, value }) => (name === 'remote-node' && value !== undefined ? [value] : []));
}
