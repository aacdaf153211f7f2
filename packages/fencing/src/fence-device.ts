import {
  type AttributeBlock,
  type BlockById,
  type Configuration,
  plainBlocks,
  primitivesOf,
  resourceBlocks,
} from '@holdfast/model';
import { readDurationMs, readHostList, readHostMap } from './host-argument.ts';

/** What a cluster asks of a device. */
export type FenceAction = 'off' | 'reboot' | 'on';

/** How one action is carried out by a device. */
export interface DeviceAction {
  /** Name the agent knows (`pcmk_reboot_action` may turn reboot into off). */
  readonly agentAction: string;
  readonly timeoutMs: number;
  /** Attempts in all, at least 1 (`pcmk_reboot_retries`). */
  readonly attempts: number;
}

/** A fence device: a resource of class `stonith`. Parameters that begin with `pcmk_` are ours, the rest the agent's. */
export interface FenceDevice {
  readonly id: string;
  readonly agent: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Targets by name. Empty together with an empty map: the device is asked for any target. */
  readonly hostList: readonly string[];
  readonly hostMap: ReadonlyMap<string, string>;
  readonly hostCheck: 'static-list' | 'dynamic-list' | 'status' | 'none';
  /** Name of the agent's target argument; `none`: it takes no target. Absent: as its metadata says. */
  readonly targetArgument?: string;
  readonly delayBase?: string;
  readonly delayMaxMs: number;
  /** Actions at once; -1 for no limit (`pcmk_action_limit`, default 1). */
  readonly actionLimit: number;
  readonly actions: Readonly<Record<FenceAction, DeviceAction>>;
  /** Cuts off storage or network, not power (rule 18). */
  readonly fabric: boolean;
  /** Higher is tried first. */
  readonly priority: number;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const FABRIC_AGENTS = /^fence_(mpath|scsi|brocade|cisco_mds|sanbox2|ifmib)$/;

/** All fence devices of a configuration that are not disabled, in configuration order. */
export function fenceDevices(configuration: Configuration): FenceDevice[] {
  const devices: FenceDevice[] = [];
  const blockById = resourceBlocks(configuration);
  for (const primitive of configuration.resources.flatMap(primitivesOf)) {
    const template = configuration.templates.find(({ id }) => id === primitive.template);
    const agentClass = primitive.class ?? template?.class;
    const type = primitive.type ?? template?.type;
    if ((agentClass !== 'stonith' && agentClass !== 'fence') || !type) continue;
    const meta = plainPairs([primitive.meta, template?.meta ?? []], blockById);
    if (/^stopped$/i.test(meta.get('target-role') ?? '')) continue;
    const parameters = plainPairs([primitive.params, template?.params ?? []], blockById);
    devices.push(makeDevice(primitive.id, type, parameters));
  }
  return devices;
}

/** Whether the device can act on this target as far as its own configuration says. */
export function canFence(device: FenceDevice, target: string): boolean {
  if (device.hostCheck !== 'static-list') return true;
  return device.hostMap.has(target) || device.hostList.includes(target);
}

/**
 * How to find out that the device acts on this target and on nothing else, before it acts: by the targets that its
 * agent lists, or by the state that it tells of this one. Undefined: the configuration vouches for it, by a host list
 * or map that names the target, or by `pcmk_host_check=none`. Some agents take any target and act on their own
 * machine all the same (fence_ipmilan): their success would prove the end of the wrong one.
 */
export function targetCheck(device: FenceDevice, target: string): 'list' | 'status' | undefined {
  if (device.hostCheck === 'none' || device.hostMap.has(target) || device.hostList.includes(target))
    return undefined;
  return device.hostCheck === 'status' ? 'status' : 'list';
}

/** What the device calls the target. */
export function targetName(device: FenceDevice, target: string): string {
  return device.hostMap.get(target) ?? target;
}

function makeDevice(id: string, agent: string, parameters: ReadonlyMap<string, string>): FenceDevice {
  const hostList = readHostList(parameters.get('pcmk_host_list'));
  const hostMap = readHostMap(parameters.get('pcmk_host_map'));
  const own = [...parameters].filter(([name]) => !name.startsWith('pcmk_'));
  const targetArgument = parameters.get('pcmk_host_argument');
  const delayBase = parameters.get('pcmk_delay_base');
  return {
    id,
    agent,
    parameters: Object.fromEntries(own),
    hostList,
    hostMap,
    hostCheck: readHostCheck(parameters.get('pcmk_host_check'), hostList.length + hostMap.size > 0),
    ...(targetArgument === undefined ? {} : { targetArgument }),
    ...(delayBase === undefined ? {} : { delayBase }),
    delayMaxMs: readDurationMs(parameters.get('pcmk_delay_max'), 0),
    actionLimit: readInteger(parameters.get('pcmk_action_limit'), 1),
    actions: {
      off: readAction('off', parameters),
      reboot: readAction('reboot', parameters),
      on: readAction('on', parameters),
    },
    fabric: FABRIC_AGENTS.test(agent),
    priority: readInteger(parameters.get('priority'), 0),
  };
}

function readHostCheck(text: string | undefined, hasList: boolean): FenceDevice['hostCheck'] {
  if (text === 'static-list' || text === 'dynamic-list' || text === 'status' || text === 'none') return text;
  return hasList ? 'static-list' : 'dynamic-list';
}

function readAction(action: FenceAction, parameters: ReadonlyMap<string, string>): DeviceAction {
  const common = readDurationMs(parameters.get('stonith-timeout'), DEFAULT_TIMEOUT_MS);
  return {
    agentAction: parameters.get(`pcmk_${action}_action`) ?? action,
    timeoutMs: readDurationMs(parameters.get(`pcmk_${action}_timeout`), common),
    attempts: Math.max(1, readInteger(parameters.get(`pcmk_${action}_retries`), 2)),
  };
}

function readInteger(text: string | undefined, otherwise: number): number {
  const value = Number(text ?? Number.NaN);
  return Number.isInteger(value) ? value : otherwise;
}

/** Values that hold at any time; the first owner's count. */
function plainPairs(
  owners: readonly (readonly AttributeBlock[])[],
  blockById: BlockById,
): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const block of owners.flatMap((blocks) => plainBlocks(blocks, { blockById }))) {
    for (const { name, value } of block.pairs) {
      if (name !== undefined && value !== undefined && !pairs.has(name)) pairs.set(name, value);
    }
  }
  return pairs;
}
