import type { ControlClient } from '@holdfast/client';
import { type ClusterInformation, HoldfastError, parseCib } from '@holdfast/model';
import { fetchConfiguration } from '../configuration/edit-configuration.ts';
import { isXml, readConfigurationText, readText } from '../configuration/read-configuration.ts';
import type { SimulationRequest } from './simulation-request.ts';

/**
 * What is to be simulated: a CIB, statements (then no node is known to be up until it is injected), or the cluster as
 * its leader last saw it, with the configuration of now. @throws HoldfastError
 */
export async function readSimulationInput(
  input: SimulationRequest['input'],
  client: () => ControlClient | Promise<ControlClient>,
): Promise<ClusterInformation> {
  if (input.kind === 'live') return readLive(await client());
  const text = readText(input.path);
  if (isXml(text)) return parseCib(text, { source: input.path });
  return {
    header: { 'have-quorum': '1' },
    configuration: readConfigurationText(text, input.path),
    status: { nodes: [], tickets: [] },
  };
}

async function readLive(client: ControlClient): Promise<ClusterInformation> {
  const answer = (await client.transition()) as { readonly input?: ClusterInformation } | null;
  if (!answer?.input) throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'transition', id: 'yet' });
  const { configuration } = await fetchConfiguration(client);
  // The cluster adds to the configured nodes what it knows of its members.
  return { ...answer.input, configuration: { ...configuration, nodes: answer.input.configuration.nodes } };
}
