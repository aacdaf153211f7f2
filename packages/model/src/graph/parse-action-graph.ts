import { childOf, childrenOf, pick, without } from '../cib-xml/element-reader.ts';
import { positionOf, readXml, type XmlElement, type XmlLimits } from '../cib-xml/xml-element.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import type { ActionGraph, GraphAction, GraphActionKind, Synapse } from './action-graph.ts';

const KINDS: Readonly<Record<string, GraphActionKind>> = {
  rsc_op: 'resource',
  crm_event: 'cluster',
  pseudo_event: 'pseudo',
};

/**
 * Reads a transition graph from the reference's XML (`.exp`).
 * @throws HoldfastError XML_SYNTAX, XML_LIMIT, or GRAPH_INVALID with line and column
 */
export function parseActionGraph(input: string | Uint8Array, limits?: XmlLimits): ActionGraph {
  const root = readXml(input, limits);
  if (root.name !== 'transition_graph') throw invalid(root, `the document is a ${root.name}`);
  return { header: without(root), synapses: childrenOf(root, 'synapse').map(readSynapse) };
}

function invalid(element: XmlElement, problem: string): HoldfastError {
  return new HoldfastError('GRAPH_INVALID', { problem }, positionOf(element));
}

function readSynapse(element: XmlElement): Synapse {
  const action = childOf(element, 'action_set')?.children[0];
  if (action === undefined) throw invalid(element, 'a synapse has no action');
  const inputs = childOf(element, 'inputs');
  const { priority } = element.attributes;
  return {
    id: Number(element.attributes['id']),
    ...(priority === undefined ? {} : { priority: Number(priority) }),
    action: readAction(action),
    inputs: inputs
      ? childrenOf(inputs, 'trigger').flatMap((trigger) =>
          trigger.children.map((input) => Number(input.attributes['id'])),
        )
      : [],
  };
}

function readAction(element: XmlElement): GraphAction {
  const kind = KINDS[element.name];
  if (kind === undefined) throw invalid(element, `${element.name} is not an action`);
  const primitive = childOf(element, 'primitive');
  const attributes = childOf(element, 'attributes');
  const downed = childOf(element, 'downed');
  const maintenance = childOf(element, 'maintenance');
  return {
    id: Number(element.attributes['id']),
    kind,
    operation: element.attributes['operation'] ?? '',
    operationKey: element.attributes['operation_key'] ?? '',
    ...pick(element, {
      internalOperationKey: 'internal_operation_key',
      onNode: 'on_node',
      onNodeUuid: 'on_node_uuid',
      routerNode: 'router_node',
      mode: 'mode',
      shutdownLock: 'shutdown-lock',
    }),
    ...(primitive
      ? {
          resource: {
            id: primitive.attributes['id'] ?? '',
            class: primitive.attributes['class'] ?? '',
            type: primitive.attributes['type'] ?? '',
            ...pick(primitive, { longId: 'long-id', provider: 'provider' }),
          },
        }
      : {}),
    attributes: attributes ? readParameters(attributes) : {},
    ...(maintenance
      ? {
          maintenance: childrenOf(maintenance, 'node').map(({ attributes: node }) => ({
            id: node['id'] ?? '',
            inMaintenance: node['node_in_maintenance'] ?? '',
          })),
        }
      : {}),
    downed: downed ? childrenOf(downed, 'node').map((node) => node.attributes['id'] ?? '') : [],
  };
}

/** A name that XML does not allow for an attribute (it starts with a digit) stands in a `param` element. */
function readParameters(element: XmlElement): Record<string, string> {
  const result = without(element);
  for (const { attributes } of childrenOf(element, 'param')) {
    const { name, value } = attributes;
    if (name !== undefined && value !== undefined) result[name] = value;
  }
  return result;
}
