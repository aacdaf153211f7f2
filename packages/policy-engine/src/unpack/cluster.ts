import type { ClusterInformation } from '@holdfast/model';
import type { ComputeOptions } from '../result.ts';
import { parseTime } from '../rules/parse-time.ts';
import { ReferenceIndex } from '../rules/reference-index.ts';
import { ClusterState } from '../state/cluster-state.ts';
import { unpackHistories } from './histories.ts';
import { HistoryIndex } from './history-index.ts';
import { unpackNodeStates } from './node-status.ts';
import { unpackNodes } from './nodes.ts';
import { isTrue } from './option-values.ts';
import { readOptions } from './options.ts';
import { linkRemoteNodes, unpackGuestConnections } from './remote-nodes.ts';
import { unpackResources } from './resources.ts';
import { unpackTickets } from './tickets.ts';
import { configuresUnfencing } from './unfencing-configured.ts';
import type { UnpackContext } from './unpack-context.ts';

/**
 * Reads configuration and status into working state: nodes, resources, what runs where, what failed. This is
 * all a status display needs; nothing is decided yet.
 */
export function unpackCluster(input: ClusterInformation, options: ComputeOptions = {}): ClusterState {
  const { configuration } = input;
  const nowSeconds = options.nowSeconds ?? executionTime(input);
  const references = new ReferenceIndex(configuration);
  let recheckAt = 0;
  const rule = {
    nowSeconds,
    ruleById: references.ruleById,
    nextChange: (seconds: number): void => {
      if (seconds > nowSeconds && (recheckAt === 0 || seconds < recheckAt)) recheckAt = seconds;
    },
  };
  const clusterOptions = readOptions(input, references, rule);
  const state = new ClusterState({
    input,
    options: clusterOptions,
    nowSeconds,
    quorate: isTrue(input.header['have-quorum']),
    explained: options.explain,
  });
  const context: UnpackContext = {
    state,
    references,
    templates: new Map(configuration.templates.map((template) => [template.id, template])),
    nodesSeen: 0,
    instancesMade: 0,
    replicaCounts: new Map(),
    baseRule: { ...rule, nextChange: (seconds) => state.recheckBy(seconds) },
    histories: new HistoryIndex(),
    notBlocked: undefined,
    stopNeeded: [],
    resourcesById: new Map(),
    resourcesIndexed: 0,
  };
  state.context = context;
  if (recheckAt > 0) state.recheckBy(recheckAt);
  if (clusterOptions.haveWatchdog) state.haveFenceDevice = true;
  state.haveUnfencing = configuresUnfencing(configuration);
  for (const tag of configuration.tags) state.tags.set(tag.id, tag);
  unpackNodes(context);
  unpackResources(context);
  unpackGuestConnections(context);
  linkRemoteNodes(context);
  unpackTickets(state);
  unpackNodeStates(context);
  unpackHistories(context);
  return state;
}

function executionTime(input: ClusterInformation): number {
  const text = input.header['execution-date'];
  if (text === undefined) return 0;
  return /^\d+$/.test(text) ? Number(text) : (parseTime(text) ?? 0);
}
