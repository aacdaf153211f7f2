import type { AttributeBlock, ClusterInformation, Configuration, Primitive, Resource } from '@holdfast/model';
import { type OperationSpec, parseOperationSpec } from './operation-spec.ts';
import { StatusEditor } from './status-editor.ts';

/** Events to apply to a cluster before it is simulated. */
export interface InjectedEvents {
  /** Text of `have-quorum`. */
  readonly quorum?: string;
  /** Text of the option `have-watchdog`. */
  readonly watchdog?: string;
  readonly nodesUp?: readonly string[];
  readonly nodesDown?: readonly string[];
  readonly nodesFail?: readonly string[];
  readonly ticketsGranted?: readonly string[];
  readonly ticketsRevoked?: readonly string[];
  readonly ticketsStandby?: readonly string[];
  readonly ticketsActivated?: readonly string[];
  /** Operation results (`RSC_TASK_INTERVALMS@NODE=RC`). */
  readonly operations?: readonly string[];
}

export interface InjectionResult {
  readonly information: ClusterInformation;
  /** What was done, as printed (without bullets). */
  readonly lines: readonly string[];
  /** What could not be done. */
  readonly errors: readonly string[];
}

/** Applies events in the reference's order: quorum, watchdog, nodes, tickets, operation results. */
export function injectEvents(
  input: ClusterInformation,
  events: InjectedEvents,
  nowSeconds: number,
): InjectionResult {
  const configured = configureFor(input, events);
  const editor = new StatusEditor(configured);
  const lines: string[] = [];
  const errors: string[] = [];
  if (events.quorum !== undefined) {
    lines.push(`Setting quorum: ${events.quorum}`);
    editor.setHeader('have-quorum', events.quorum);
  }
  if (events.watchdog !== undefined) lines.push(`Setting watchdog: ${events.watchdog}`);
  injectNodes(editor, events, lines);
  injectTickets(editor, events, lines);
  for (const text of events.operations ?? []) {
    lines.push(`Injecting ${text} into the configuration`);
    const spec = parseOperationSpec(text);
    if (spec === undefined) errors.push(`Invalid operation spec: ${text}`);
    else injectOperation(editor, configured.configuration, spec, nowSeconds, lines, errors);
  }
  return { information: editor.result(), lines, errors };
}

/** Nodes that come up without being configured are added; the watchdog option is set. */
function configureFor(input: ClusterInformation, events: InjectedEvents): ClusterInformation {
  const { configuration } = input;
  const named = [...(events.nodesUp ?? []), ...(events.nodesDown ?? []), ...(events.nodesFail ?? [])];
  const missing = [...new Set(named)].filter(
    (name) => !configuration.nodes.some((node) => node.name === name),
  );
  const nodes = missing.map((name) => ({ id: name, name, attributes: [], utilization: [] }));
  const options =
    events.watchdog === undefined ? configuration.options : setOption(configuration, events.watchdog);
  return {
    ...input,
    configuration: { ...configuration, options, nodes: [...configuration.nodes, ...nodes] },
  };
}

function setOption(configuration: Configuration, value: string): readonly AttributeBlock[] {
  const id = 'cib-bootstrap-options';
  const pair = { id: `${id}-have-watchdog`, name: 'have-watchdog', value };
  const before = configuration.options.find((block) => block.id === id);
  if (before === undefined) return [{ id, rules: [], pairs: [pair] }, ...configuration.options];
  const pairs = [...before.pairs.filter(({ name }) => name !== pair.name), pair];
  return configuration.options.map((block) => (block === before ? { ...block, pairs } : block));
}

function injectNodes(editor: StatusEditor, events: InjectedEvents, lines: string[]): void {
  for (const name of events.nodesUp ?? []) {
    lines.push(`Bringing node ${name} online`);
    Object.assign(editor.node(name), { inCcm: 'true', crmd: 'online', join: 'member', expected: 'member' });
  }
  for (const name of events.nodesDown ?? []) {
    lines.push(`Taking node ${name} offline`);
    Object.assign(editor.node(name), { inCcm: 'false', crmd: 'offline', join: 'down', expected: 'down' });
    editor.forgetAll(name);
  }
  for (const name of events.nodesFail ?? []) {
    lines.push(`Failing node ${name}`);
    Object.assign(editor.node(name), { inCcm: 'false', crmd: 'online', join: 'member', expected: 'member' });
  }
}

function injectTickets(editor: StatusEditor, events: InjectedEvents, lines: string[]): void {
  for (const id of events.ticketsGranted ?? []) {
    lines.push(`Granting ticket ${id}`);
    editor.setTicket(id, { granted: 'true' });
  }
  for (const id of events.ticketsRevoked ?? []) {
    lines.push(`Revoking ticket ${id}`);
    editor.setTicket(id, { granted: 'false' });
  }
  for (const id of events.ticketsStandby ?? []) {
    lines.push(`Making ticket ${id} standby`);
    editor.setTicket(id, { standby: 'true' });
  }
  for (const id of events.ticketsActivated ?? []) {
    lines.push(`Activating ticket ${id}`);
    editor.setTicket(id, { standby: 'false' });
  }
}

function injectOperation(
  editor: StatusEditor,
  configuration: Configuration,
  spec: OperationSpec,
  nowSeconds: number,
  lines: string[],
  errors: string[],
): void {
  const { resource, task, intervalMs, node, rcCode } = spec;
  const primitive = findPrimitive(configuration, resource);
  if (primitive === undefined) {
    errors.push(`Invalid resource name: ${resource}`);
    return;
  }
  const template = configuration.templates.find(({ id }) => id === primitive.template);
  const agent = {
    class: primitive.class ?? template?.class ?? '',
    provider: primitive.provider ?? template?.provider,
    type: primitive.type ?? template?.type ?? '',
  };
  const expected = task === 'monitor' && intervalMs === 0 ? 7 : 0;
  const failed = rcCode !== expected;
  if (failed) {
    const name = `${resource}#${task}_${intervalMs}`;
    lines.push(`Injecting attribute fail-count-${name}=value++ into /node_state '${node}'`);
    lines.push(`Injecting attribute last-failure-${name}=${nowSeconds} into /node_state '${node}'`);
    countFailure(editor, node, name, nowSeconds);
  }
  const calls = editor.history(node, resource)?.operations.map(({ callId }) => callId) ?? [];
  const callId = Math.max(0, ...calls) + 1;
  const transitionKey = `${callId}:-1:${expected}:00000000-0000-0000-0000-000000000000`;
  editor.record(node, undefined, resource, agent, {
    id: `${resource}_${failed ? 'last_failure_0' : intervalMs > 0 ? `${task}_${intervalMs}` : 'last_0'}`,
    operation: task,
    operationKey: `${resource}_${task}_${intervalMs}`,
    intervalMs,
    callId,
    rcCode,
    opStatus: 0,
    transitionKey,
    transitionMagic: `0:${rcCode};${transitionKey}`,
    exitReason: 'Simulated action result',
    onNode: node,
    lastRcChange: nowSeconds,
    execTimeMs: 0,
    queueTimeMs: 0,
  });
}

function countFailure(editor: StatusEditor, nodeName: string, name: string, nowSeconds: number): void {
  const node = editor.node(nodeName);
  const [first = { id: `status-${node.id}`, rules: [], pairs: [] }, ...others] = node.transientAttributes;
  const countName = `fail-count-${name}`;
  const timeName = `last-failure-${name}`;
  const before = first.pairs.find((pair) => pair.name === countName)?.value;
  const count = before === 'INFINITY' ? before : String(Number(before ?? 0) + 1);
  const pairs = [
    ...first.pairs.filter((pair) => pair.name !== countName && pair.name !== timeName),
    { id: `${node.id}-${countName}`.replaceAll('#', '.'), name: countName, value: count },
    { id: `${node.id}-${timeName}`.replaceAll('#', '.'), name: timeName, value: String(nowSeconds) },
  ];
  node.transientAttributes = [{ ...first, pairs }, ...others];
}

/** The configured primitive behind an instance name such as `web:1`. */
function findPrimitive(configuration: Configuration, name: string): Primitive | undefined {
  const id = name.replace(/:\d+$/, '');
  const inside = (resource: Resource): readonly Primitive[] => {
    switch (resource.kind) {
      case 'primitive':
        return [resource];
      case 'group':
        return resource.members;
      case 'clone':
        return inside(resource.child);
      case 'bundle':
        return resource.child ? [resource.child] : [];
    }
  };
  return configuration.resources
    .flatMap(inside)
    .find((primitive) => primitive.id === id || primitive.id === name);
}
