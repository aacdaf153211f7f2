import type { Configuration } from '../configuration/configuration.ts';
import type { Primitive, Resource, Template } from '../configuration/resource.ts';

/** Agents that resources and templates name, as `CLASS:PROVIDER:TYPE` or `CLASS:TYPE`, each with who names it first. */
export function namedAgents(configuration: Configuration): ReadonlyMap<string, string> {
  const agents = new Map<string, string>();
  const add = ({ id, class: agentClass, provider, type }: Primitive | Template): void => {
    if (!agentClass || !type) return;
    const name = [agentClass, ...(provider ? [provider] : []), type].join(':');
    if (!agents.has(name)) agents.set(name, id);
  };
  for (const template of configuration.templates) add(template);
  for (const resource of configuration.resources) for (const each of primitivesOf(resource)) add(each);
  return agents;
}

/** The primitives that a resource consists of. */
export function primitivesOf(resource: Resource): readonly Primitive[] {
  switch (resource.kind) {
    case 'primitive':
      return [resource];
    case 'group':
      return resource.members;
    case 'clone':
      return primitivesOf(resource.child);
    case 'bundle':
      return resource.child ? [resource.child] : [];
  }
}
