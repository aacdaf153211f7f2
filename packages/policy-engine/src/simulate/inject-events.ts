import {
  type AttributeBlock,
  type ClusterInformation,
  type Configuration,
  type Primitive,
  primitivesOf,
} from '@holdfast/model';
import { countFailure } from './count-failure.ts';
import type { Modification } from './modification.ts';
import { type OperationSpec, parseOperationSpec } from './operation-spec.ts';
import { recordIds, StatusEditor } from './status-editor.ts';

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
  /** What was done, in order. */
  readonly modifications: readonly Modification[];
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
  const modifications: Modification[] = [];
  const errors: string[] = [];
  if (events.quorum !== undefined) {
    modifications.push({ kind: 'quorum', value: events.quorum });
    editor.setHeader('have-quorum', events.quorum);
  }
  if (events.watchdog !== undefined) modifications.push({ kind: 'watchdog', value: events.watchdog });
  injectNodes(editor, events, modifications);
  injectTickets(editor, events, modifications);
  for (const text of events.operations ?? []) {
    modifications.push({ kind: 'operation', spec: text });
    const spec = parseOperationSpec(text);
    if (spec === undefined)
      errors.push(`Invalid operation spec: ${text}.  Only found ${fieldsFound(text)} fields`);
    else injectOperation(editor, configured.configuration, spec, nowSeconds, modifications, errors);
  }
  return { information: editor.result(), modifications, errors };
}

/** How much of `RSC_TASK_INTERVALMS@NODE=RC` is there: the operation, the node, the result. */
function fieldsFound(text: string): number {
  if (!/^[^@]+@[^=]/.test(text)) return 1;
  return /^[^@]+@[^=]+=-?\d/.test(text) ? 3 : 2;
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

function injectNodes(editor: StatusEditor, events: InjectedEvents, modifications: Modification[]): void {
  for (const name of events.nodesUp ?? []) {
    modifications.push({ kind: 'node', action: 'Online', node: name });
    Object.assign(editor.node(name), { inCcm: 'true', crmd: 'online', join: 'member', expected: 'member' });
  }
  for (const name of events.nodesDown ?? []) {
    modifications.push({ kind: 'node', action: 'Offline', node: name });
    Object.assign(editor.node(name), { inCcm: 'false', crmd: 'offline', join: 'down', expected: 'down' });
    editor.forgetAll(name);
  }
  for (const name of events.nodesFail ?? []) {
    modifications.push({ kind: 'node', action: 'Failing', node: name });
    Object.assign(editor.node(name), { inCcm: 'false', crmd: 'online', join: 'member', expected: 'member' });
  }
}

function injectTickets(editor: StatusEditor, events: InjectedEvents, modifications: Modification[]): void {
  for (const id of events.ticketsGranted ?? []) {
    modifications.push({ kind: 'ticket', action: 'Granting', ticket: id });
    editor.setTicket(id, { granted: 'true' });
  }
  for (const id of events.ticketsRevoked ?? []) {
    modifications.push({ kind: 'ticket', action: 'Revoking', ticket: id });
    editor.setTicket(id, { granted: 'false' });
  }
  for (const id of events.ticketsStandby ?? []) {
    modifications.push({ kind: 'ticket', action: 'Standby', ticket: id });
    editor.setTicket(id, { standby: 'true' });
  }
  for (const id of events.ticketsActivated ?? []) {
    modifications.push({ kind: 'ticket', action: 'Activating', ticket: id });
    editor.setTicket(id, { standby: 'false' });
  }
}

function injectOperation(
  editor: StatusEditor,
  configuration: Configuration,
  spec: OperationSpec,
  nowSeconds: number,
  modifications: Modification[],
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
  // A probe that finds the resource stopped is what one hopes for.
  const failed = rcCode !== 0;
  if (failed && !(task === 'monitor' && intervalMs === 0 && rcCode === NOT_RUNNING))
    modifications.push(...countFailure(editor, { resource, task, intervalMs, node, nowSeconds }));
  const calls = editor.history(node, resource)?.operations.map(({ callId }) => callId) ?? [];
  const callId = Math.max(0, ...calls) + 1;
  const transitionKey = `${callId}:-1:0:00000000-0000-0000-0000-000000000000`;
  const lastRcChange = editor.timeAfter(node, resource, nowSeconds);
  for (const id of recordIds({ resource, task, intervalMs, failed })) {
    editor.record(node, undefined, resource, agent, {
      id,
      operation: task,
      operationKey: `${resource}_${task}_${intervalMs}`,
      intervalMs,
      callId,
      rcCode,
      opStatus: 0,
      transitionKey,
      transitionMagic: `0:${rcCode};${transitionKey}`,
      exitReason: failed ? 'Simulated action result' : '',
      onNode: node,
      lastRcChange,
      execTimeMs: 0,
      queueTimeMs: 0,
    });
  }
}

/** OCF_NOT_RUNNING */
const NOT_RUNNING = 7;

/** The configured primitive behind an instance name such as `web:1`. */
function findPrimitive(configuration: Configuration, name: string): Primitive | undefined {
  const id = name.replace(/:\d+$/, '');
  return configuration.resources
    .flatMap(primitivesOf)
    .find((primitive) => primitive.id === id || primitive.id === name);
}
