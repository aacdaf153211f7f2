import type {
  ClusterInformation,
  NodeState,
  OperationRecord,
  ResourceHistory,
  TicketState,
} from '@holdfast/model';

type Editable<T> = { -readonly [K in keyof T]: T[K] };

/** The agent a history is for. */
export interface HistoryAgent {
  readonly class: string;
  readonly provider?: string | undefined;
  readonly type: string;
}

/** The ids under which an executor keeps a result: recurring ones by interval, failures apart from the last result. */
export function recordIds(result: {
  readonly resource: string;
  readonly task: string;
  readonly intervalMs: number;
  readonly failed: boolean;
}): string[] {
  const { resource, task, intervalMs, failed } = result;
  if (intervalMs > 0) return [failed ? `${resource}_last_failure_0` : `${resource}_${task}_${intervalMs}`];
  return failed ? [`${resource}_last_failure_0`, `${resource}_last_0`] : [`${resource}_last_0`];
}

/** Changes the status of a cluster information step by step; the original is not touched. */
export class StatusEditor {
  readonly #nodes: Editable<NodeState>[];
  #tickets: TicketState[];
  #header: Record<string, string>;
  readonly #configuration: ClusterInformation['configuration'];

  constructor(information: ClusterInformation) {
    this.#nodes = information.status.nodes.map((node) => ({ ...node }));
    this.#tickets = [...information.status.tickets];
    this.#header = { ...information.header };
    this.#configuration = information.configuration;
  }

  /** The information with all changes so far. */
  result(): ClusterInformation {
    return {
      header: { ...this.#header },
      configuration: this.#configuration,
      status: { nodes: this.#nodes.map((node) => ({ ...node })), tickets: [...this.#tickets] },
    };
  }

  setHeader(name: string, value: string): void {
    this.#header[name] = value;
  }

  /** The state of a node, made if there is none; `id` is looked up in the configuration if not given. */
  node(name: string, id?: string): Editable<NodeState> {
    const found = this.#nodes.find((node) => node.name === name || (node.name === '' && node.id === id));
    if (found) return found;
    const configured = this.#configuration.nodes.find((node) => node.name === name);
    const made: Editable<NodeState> = {
      id: id ?? configured?.id ?? name,
      name,
      transientAttributes: [],
      resources: [],
    };
    this.#nodes.push(made);
    return made;
  }

  /** The history of a resource on a node, if there is one. */
  history(nodeName: string, resource: string): ResourceHistory | undefined {
    return this.#nodes.find(({ name }) => name === nodeName)?.resources.find(({ id }) => id === resource);
  }

  /** Now, or later if the history has times from now on: what is played back comes after all that is recorded. */
  timeAfter(nodeName: string, resource: string, nowSeconds: number): number {
    const times =
      this.history(nodeName, resource)?.operations.map(({ lastRcChange }) => lastRcChange ?? 0) ?? [];
    return Math.max(nowSeconds, ...times.map((time) => time + 1));
  }

  /** Adds a result to a history, in place of an earlier record of the same id. */
  record(
    nodeName: string,
    nodeId: string | undefined,
    resource: string,
    agent: HistoryAgent,
    operation: OperationRecord,
  ): void {
    const node = this.node(nodeName, nodeId);
    const before = node.resources.find(({ id }) => id === resource);
    const { provider } = agent;
    const history: ResourceHistory = {
      ...(before ?? {
        id: resource,
        class: agent.class,
        type: agent.type,
        ...(provider === undefined ? {} : { provider }),
      }),
      operations: [...(before?.operations.filter(({ id }) => id !== operation.id) ?? []), operation],
    };
    node.resources = before
      ? node.resources.map((each) => (each === before ? history : each))
      : [...node.resources, history];
    node.hasHistory = true;
  }

  forgetHistory(nodeName: string, resource: string): void {
    const node = this.#nodes.find(({ name }) => name === nodeName);
    if (node) node.resources = node.resources.filter(({ id }) => id !== resource);
  }

  /** Removes the history and the transient attributes of a node. */
  forgetAll(nodeName: string): void {
    const node = this.#nodes.find(({ name }) => name === nodeName);
    if (!node) return;
    node.resources = [];
    node.transientAttributes = [];
    delete node.hasHistory;
    delete node.transientUtilization;
  }

  setTicket(id: string, change: Partial<TicketState>): void {
    const before = this.#tickets.find((ticket) => ticket.id === id);
    const after = { ...(before ?? { id }), ...change };
    this.#tickets = before
      ? this.#tickets.map((each) => (each === before ? after : each))
      : [...this.#tickets, after];
  }
}
