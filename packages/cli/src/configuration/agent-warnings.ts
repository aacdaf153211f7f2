import type { ControlClient } from '@holdfast/client';
import { type Configuration, HoldfastError, namedAgents } from '@holdfast/model';

/**
 * Agents that a configuration names (and `before` did not) and that the machine of the daemon does not have: most often
 * a typing error, but the agent may be installed elsewhere or later. A daemon too old to be asked says nothing.
 */
export async function agentWarnings(
  client: ControlClient,
  configuration: Configuration,
  before?: Configuration,
): Promise<string[]> {
  const known = before === undefined ? new Set<string>() : new Set(namedAgents(before).keys());
  const agents = new Map([...namedAgents(configuration)].filter(([name]) => !known.has(name)));
  if (agents.size === 0) return [];
  try {
    const { node, missing } = await client.agents([...agents.keys()]);
    return missing.map((name) => `${agents.get(name)}: the agent ${name} is not installed on ${node}`);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'REQUEST_INVALID') return [];
    throw error;
  }
}
