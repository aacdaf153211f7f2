import { EMPTY_CONFIGURATION } from '../configuration/configuration.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import type { ClusterInformation } from '../status/cluster-information.ts';
import type { NodeState } from '../status/cluster-status.ts';
import { type CibWarning, childOf, invalid, type ReadContext, without } from './element-reader.ts';
import { readConfiguration } from './read-configuration.ts';
import { readNodeState, readStatus } from './read-status.ts';
import { upgradeCib } from './upgrade/upgrade-cib.ts';
import { positionOf, readXml, type XmlLimits } from './xml-element.ts';

/** Bounds and reporting for `parseCib`. */
export interface ParseCibOptions {
  /** Bounds of the document. */
  readonly limits?: XmlLimits;
  /** Name of the text in error positions, such as a file name. */
  readonly source?: string;
  /** Called for everything that was left out because nothing interprets it. */
  readonly onWarning?: (warning: CibWarning) => void;
}

/**
 * Reads a CIB document of any schema version from pacemaker-1.3 to pacemaker-4.0. Old forms are upgraded (see
 * `upgrade/`), so the result is always in the newest version's terms; `header['validate-with']` says so.
 * @throws HoldfastError XML_SYNTAX, XML_LIMIT or CIB_INVALID, with line and column
 */
export function parseCib(input: string | Uint8Array, options: ParseCibOptions = {}): ClusterInformation {
  const { source, onWarning } = options;
  const context: ReadContext = {
    ...(source === undefined ? {} : { source }),
    warn: (element, problem) => onWarning?.({ problem, position: positionOf(element, source) }),
  };
  const nodes: NodeState[] = [];
  // The status of a large cluster is most of the document: each node's part is turned into records at its end.
  const root = readXml(input, options.limits, source, (element, [cib, status, ...deeper]) => {
    if (element.name !== 'node_state' || status?.name !== 'status' || cib?.name !== 'cib') return false;
    if (deeper.length > 0 || childOf(cib, 'status') !== undefined) return false;
    nodes.push(readNodeState(context, element));
    return true;
  });
  if (root.name !== 'cib') throw invalid(context, root, `the document is a ${root.name} and not a cib`);
  upgradeCib(context, root);
  const configuration = childOf(root, 'configuration');
  const status = childOf(root, 'status');
  if (configuration === undefined && status === undefined) {
    throw new HoldfastError(
      'CIB_INVALID',
      { problem: 'there is no configuration' },
      positionOf(root, source),
    );
  }
  return {
    header: without(root),
    configuration: configuration ? readConfiguration(context, configuration) : EMPTY_CONFIGURATION,
    status: status ? readStatus(context, status, nodes) : { nodes: [], tickets: [] },
  };
}
