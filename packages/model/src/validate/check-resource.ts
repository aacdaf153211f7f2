import type {
  Bundle,
  OperationDefinition,
  Primitive,
  Resource,
  Template,
} from '../configuration/resource.ts';
import { type BlockMeaning, checkBlocks, expectValue } from './check-attributes.ts';
import type { Report } from './finding.ts';
import { OPERATION_META, RESOURCE_META } from './known-names.ts';
import { parseDurationMs } from './value-syntax.ts';

const META: BlockMeaning = { table: RESOURCE_META, noun: 'meta attribute' };
const OPERATION: BlockMeaning = { table: OPERATION_META, noun: 'operation attribute' };
const CLASSES = new Set(['ocf', 'systemd', 'service', 'lsb', 'stonith', 'heartbeat', 'upstart', 'nagios']);
const RUNNABLE = new Set(['ocf', 'systemd', 'service', 'lsb', 'stonith']);

/** Checks a resource with its members. */
export function checkResource(resource: Resource, report: Report): void {
  if (resource.kind === 'primitive') {
    checkAgent(resource, report);
    return;
  }
  checkBlocks(resource.meta, resource.id, report, META);
  checkBlocks(resource.params, resource.id, report);
  switch (resource.kind) {
    case 'group':
      if (resource.members.length === 0)
        report('error', resource.id, `the group ${resource.id} has no members`);
      for (const member of resource.members) checkAgent(member, report);
      return;
    case 'clone':
      checkResource(resource.child, report);
      return;
    case 'bundle':
      if (!resource.container.attributes.image)
        report('error', resource.id, `the bundle ${resource.id} names no image`);
      if (resource.child) checkAgent(resource.child, report);
      checkNetwork(resource, report);
  }
}

/** What runs in a container is reached over its network: at an address of its own, or (one per host) at a port. */
function checkNetwork({ id, child, container, network }: Bundle, report: Report): void {
  const { 'ip-range-start': address, 'control-port': port } = network?.attributes ?? {};
  if (child === undefined || address) return;
  if (!port)
    report('error', id, `the bundle ${id} needs ip-range-start or control-port, as a resource runs in it`);
  else if (Number(container.attributes['replicas-per-host'] ?? 1) > 1)
    report('error', id, `the bundle ${id} needs ip-range-start, as it has more than one replica per host`);
}

/** Checks a resource template. */
export function checkTemplate(template: Template, report: Report): void {
  checkAgent(template, report);
}

function checkAgent(primitive: Primitive | Template, report: Report): void {
  const { id } = primitive;
  if (primitive.kind === 'template' || primitive.template === undefined) checkAgentName(primitive, report);
  else if (primitive.class !== undefined || primitive.type !== undefined)
    report('error', id, `${id} has both an agent and a template`);
  checkBlocks(primitive.meta, id, report, META);
  checkBlocks(primitive.params, id, report);
  checkBlocks(primitive.utilization, id, report);
  for (const block of primitive.utilization)
    for (const { name, value } of block.pairs)
      if (value !== undefined && !/^[+-]?\d+$/.test(value.trim()))
        report('error', id, `${id}: the utilization ${name ?? ''} "${value}" is not a whole number`);
  checkOperations(primitive, report);
}

function checkAgentName(primitive: Primitive | Template, report: Report): void {
  const { id, class: agentClass, provider, type } = primitive;
  if (!agentClass || !type) {
    report('error', id, `${id} names no agent`);
    return;
  }
  if (!CLASSES.has(agentClass)) report('error', id, `${id}: there is no agent class "${agentClass}"`);
  else if (!RUNNABLE.has(agentClass))
    report('warning', id, `${id}: agents of class ${agentClass} cannot be run by this cluster`);
  if (agentClass === 'ocf' && !provider) report('error', id, `${id}: an ocf agent needs a provider`);
  if (agentClass !== 'ocf' && provider) report('error', id, `${id}: only ocf agents have a provider`);
}

function checkOperations(primitive: Primitive | Template, report: Report): void {
  const seen = new Set<string>();
  for (const operation of primitive.operations) {
    if (operation.idRef !== undefined) continue;
    checkOperation(operation, primitive.id, report);
    const intervalMs = parseDurationMs(operation.attributes.interval ?? '0') ?? 0;
    const key = `${operation.name ?? ''} ${intervalMs}`;
    // Whatever their roles: results are recorded by name and interval.
    if (seen.has(key) && (intervalMs > 0 || operation.name === 'monitor'))
      report(
        intervalMs > 0 ? 'error' : 'warning',
        primitive.id,
        `${primitive.id}: two operations ${operation.name} have the same interval`,
      );
    seen.add(key);
  }
}

function checkOperation(operation: OperationDefinition, owner: string, report: Report): void {
  if (!operation.name) {
    report('error', owner, `${owner}: an operation has no name`);
    return;
  }
  const about = `${owner}: operation ${operation.name}`;
  for (const [name, value] of Object.entries(operation.attributes)) {
    const type = OPERATION_META.get(name);
    if (type === undefined) report('warning', owner, `${about}: ${name} is not a known operation attribute`);
    else expectValue(value, type, `${about}: ${name}`, owner, report);
  }
  if (
    operation.attributes['interval-origin'] !== undefined &&
    operation.attributes['start-delay'] !== undefined
  )
    report('error', owner, `${about}: interval-origin and start-delay exclude each other`);
  checkBlocks(operation.params, owner, report);
  checkBlocks(operation.meta, owner, report, OPERATION);
}
