import type { Configuration } from '../configuration/configuration.ts';
import { primitivesOf } from '../configuration/primitives-of.ts';
import type { Primitive, Template } from '../configuration/resource.ts';

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
