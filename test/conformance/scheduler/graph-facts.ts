import { type ActionGraph, type GraphAction, parseActionGraph } from '@holdfast/model';

/** One synapse as comparable texts; numbers that only count creation are left out. */
export interface SynapseFact {
  readonly name: string;
  /** Names of the actions it waits for, sorted. */
  readonly inputs: readonly string[];
  /** Parameters, agent, router, nodes taken down, priority. */
  readonly details: string;
}

const ELEMENT = { resource: 'rsc_op', cluster: 'crm_event', pseudo: 'pseudo_event' } as const;

function nameOf(action: GraphAction): string {
  const { kind, operationKey, internalOperationKey, onNode, operation } = action;
  const parts = [ELEMENT[kind], operationKey];
  if (!operationKey.includes(operation)) parts.push(`(${operation})`);
  if (internalOperationKey !== undefined) parts.push(`[${internalOperationKey}]`);
  if (onNode !== undefined) parts.push(`on ${onNode}`);
  return parts.join(' ');
}

/** The synapses of a graph, sorted. */
export function readGraphFacts(text: string): SynapseFact[] {
  const graph: ActionGraph = parseActionGraph(text);
  const names = new Map(graph.synapses.map(({ action }) => [action.id, nameOf(action)]));
  return graph.synapses
    .map(({ action, inputs, priority }) => ({
      name: nameOf(action),
      inputs: [
        ...new Set(inputs.map((id) => names.get(id) ?? `action ${id} that is not in the graph`)),
      ].sort(),
      details: detailsOf(action, priority ?? 0),
    }))
    .sort((a, b) => compareTexts(factText(a), factText(b)));
}

function detailsOf(action: GraphAction, priority: number): string {
  const { attributes, resource, downed, routerNode, mode, onNodeUuid, shutdownLock, maintenance } = action;
  const sorted = Object.entries(attributes).sort(([a], [b]) => compareTexts(a, b));
  const lines = sorted.map(([name, value]) => `${name}=${value.replace(/\s+/g, '')}`);
  const { id, longId, class: standard, provider, type } = resource ?? { id: undefined };
  if (id !== undefined) lines.push(`agent ${[id, longId, standard, provider, type].join('|')}`);
  for (const [label, value] of Object.entries({ routerNode, mode, onNodeUuid, shutdownLock })) {
    if (value !== undefined) lines.push(`${label} ${value}`);
  }
  if (downed.length > 0) lines.push(`downed ${[...downed].sort().join(' ')}`);
  if (maintenance) lines.push(`maintenance ${JSON.stringify(maintenance)}`);
  if (priority > 0) lines.push(`priority ${priority}`);
  return lines.join('\n');
}

export function factText(fact: SynapseFact, withInputs = true, withDetails = true): string {
  const inputs = withInputs ? fact.inputs.map((name) => `\n  after ${name}`).join('') : '';
  const details = withDetails ? `\n  ${fact.details.replaceAll('\n', '\n  ')}` : '';
  return fact.name + inputs + details;
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
