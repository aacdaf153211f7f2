import { formatXml, type XmlOutput, xml } from '../cib-xml/format-xml.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import { LIMITS } from '../limits.ts';
import type { ActionGraph, GraphAction, GraphActionKind, Synapse } from './action-graph.ts';

const ELEMENTS: Readonly<Record<GraphActionKind, string>> = {
  resource: 'rsc_op',
  cluster: 'crm_event',
  pseudo: 'pseudo_event',
};

/**
 * Prints a transition graph as the reference's XML (`.exp`): attributes sorted by name, synapses as given. A graph may
 * have millions of inputs, so it is printed piece by piece.
 * @throws HoldfastError if the text would be too large
 */
export function formatActionGraph(graph: ActionGraph): string {
  const { header, synapses } = graph;
  const start = formatXml(xml('transition_graph', header));
  if (synapses.length === 0) return start;
  const actions = new Map(synapses.map(({ action }) => [action.id, action]));
  const pieces = [start.replace(/\/>\n$/, '>\n')];
  let length = 0;
  for (const synapse of synapses) {
    const piece = formatXml(formatSynapse(synapse, actions), '  ');
    length += piece.length;
    if (length > LIMITS.printedLength) {
      throw new HoldfastError('OUTPUT_TOO_LARGE', {
        what: 'transition graph',
        limit: String(LIMITS.printedLength),
      });
    }
    pieces.push(piece);
  }
  return `${pieces.join('')}</transition_graph>\n`;
}

function formatSynapse(synapse: Synapse, actions: ReadonlyMap<number, GraphAction>): XmlOutput {
  const triggers = synapse.inputs.flatMap((id) => {
    const action = actions.get(id);
    return action === undefined ? [] : [xml('trigger', {}, [xml(ELEMENTS[action.kind], identity(action))])];
  });
  const priority = synapse.priority === undefined || synapse.priority <= 0 ? undefined : synapse.priority;
  return xml('synapse', { id: synapse.id, priority }, [
    xml('action_set', {}, [formatAction(synapse.action)]),
    xml('inputs', {}, triggers),
  ]);
}

function identity(action: GraphAction): XmlOutput['attributes'] {
  return {
    mode: action.mode,
    id: action.id,
    operation: action.operation,
    operation_key: action.operationKey,
    internal_operation_key: action.internalOperationKey,
    on_node: action.onNode,
    on_node_uuid: action.onNodeUuid,
    router_node: action.routerNode,
  };
}

function formatAction(action: GraphAction): XmlOutput {
  const { resource, attributes, downed, maintenance = [] } = action;
  const modes = maintenance.map(({ id, inMaintenance }) =>
    xml('node', { id, node_in_maintenance: inMaintenance }),
  );
  return xml(ELEMENTS[action.kind], { ...identity(action), 'shutdown-lock': action.shutdownLock }, [
    ...(resource
      ? [
          xml('primitive', {
            id: resource.id,
            'long-id': resource.longId,
            class: resource.class,
            provider: resource.provider,
            type: resource.type,
          }),
        ]
      : []),
    formatParameters(attributes),
    ...(modes.length > 0 ? [xml('maintenance', {}, modes)] : []),
    ...(downed.length > 0
      ? [
          xml(
            'downed',
            {},
            downed.map((id) => xml('node', { id })),
          ),
        ]
      : []),
  ]);
}

/** A name that starts with a digit cannot be an XML attribute and becomes a `param` element. */
function formatParameters(parameters: Readonly<Record<string, string>>): XmlOutput {
  const names = Object.keys(parameters).sort();
  const odd = names.filter((name) => /^\d/.test(name));
  const plain = names.filter((name) => !/^\d/.test(name));
  return xml(
    'attributes',
    Object.fromEntries(plain.map((name) => [name, parameters[name]])),
    odd.map((name) => xml('param', { name, value: parameters[name] })),
  );
}
