import { EMPTY_CONFIGURATION } from '../configuration/configuration.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import type { ClusterInformation } from '../status/cluster-information.ts';
import { checkStructure } from './check-structure.ts';
import { type CibWarning, childOf, invalid, type ReadContext, without } from './element-reader.ts';
import { readConfiguration } from './read-configuration.ts';
import { readStatus } from './read-status.ts';
import { StatusReader } from './status-reader.ts';
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
  /** Called for all in the configuration that no version of the schema allows; see check-structure. */
  readonly onStructure?: (problem: CibWarning) => void;
}

/**
 * Reads a CIB document of any schema version from pacemaker-1.3 to pacemaker-4.0. Old forms are upgraded (see
 * `upgrade/`), so the result is always in the newest version's terms; `header['validate-with']` says so.
 * @throws HoldfastError XML_SYNTAX, XML_LIMIT or CIB_INVALID, with line and column
 */
export function parseCib(input: string | Uint8Array, options: ParseCibOptions = {}): ClusterInformation {
  const { source, onWarning, onStructure } = options;
  const context: ReadContext = {
    ...(source === undefined ? {} : { source }),
    warn: (element, problem) => onWarning?.({ problem, position: positionOf(element, source) }),
  };
  const status = new StatusReader(context);
  const root = readXml(input, options.limits, source, status);
  if (root.name !== 'cib') throw invalid(context, root, `the document is a ${root.name} and not a cib`);
  const written = childOf(root, 'configuration');
  if (onStructure !== undefined && written !== undefined) {
    checkStructure(root, written, (element, problem) =>
      onStructure({ problem, position: positionOf(element, source) }),
    );
  }
  upgradeCib(context, root);
  const configuration = childOf(root, 'configuration');
  const section = childOf(root, 'status');
  if (configuration === undefined && section === undefined) {
    throw new HoldfastError(
      'CIB_INVALID',
      { problem: 'there is no configuration' },
      positionOf(root, source),
    );
  }
  return {
    header: without(root),
    configuration: configuration ? readConfiguration(context, configuration) : EMPTY_CONFIGURATION,
    status: section ? readStatus(context, section, status.nodes) : { nodes: [], tickets: [] },
  };
}
