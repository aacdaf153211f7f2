import type { OperationDefinition, Primitive } from '../configuration/resource.ts';
import { parseDurationMs } from '../validate/value-syntax.ts';

/** What an agent's metadata advises for one action; durations as the agent writes them. */
export interface AdvisedAction {
  readonly name: string;
  readonly timeout?: string;
  readonly interval?: string;
  readonly role?: string;
}

const ALWAYS = ['start', 'stop', 'promote', 'demote'];

/**
 * Completes the operations of a primitive with what its agent advises: monitors if none is written, then start, stop,
 * promote and demote where they are missing, and timeouts where none is given.
 */
export function adviseOperations(primitive: Primitive, advice: readonly AdvisedAction[]): Primitive {
  if (primitive.operations.some((each) => each.idRef !== undefined)) return primitive;
  const written = primitive.operations.map((each) => withAdvice(each, advice));
  const hasMonitor = written.some((each) => each.name === 'monitor');
  const monitors = hasMonitor ? [] : advice.filter((each) => each.name === 'monitor');
  const missing = advice.filter(
    (each) => ALWAYS.includes(each.name) && !written.some((operation) => operation.name === each.name),
  );
  const order = (name: string): number => ALWAYS.indexOf(name);
  const added = [...monitors, ...missing.sort((a, b) => order(a.name) - order(b.name))].map(advisedOperation);
  return { ...primitive, operations: [...written, ...added] };
}

function withAdvice(operation: OperationDefinition, advice: readonly AdvisedAction[]): OperationDefinition {
  const { attributes, name = '' } = operation;
  const sameName = advice.filter((each) => each.name === name);
  const advised = sameName.find((each) => each.role === attributes.role) ?? sameName[0];
  const isRecurring = name === 'monitor' || (parseDurationMs(attributes.interval ?? '0') ?? 0) > 0;
  return {
    ...operation,
    attributes: {
      ...attributes,
      ...(attributes.timeout === undefined && advised?.timeout !== undefined
        ? { timeout: advised.timeout }
        : {}),
      ...(attributes.interval === undefined
        ? { interval: isRecurring ? (advised?.interval ?? '10s') : '0s' }
        : {}),
    },
  };
}

function advisedOperation(action: AdvisedAction): OperationDefinition {
  return {
    name: action.name,
    attributes: {
      ...(action.timeout === undefined ? {} : { timeout: action.timeout }),
      interval: action.interval ?? (action.name === 'monitor' ? '10s' : '0s'),
      ...(action.role === undefined ? {} : { role: action.role }),
    },
    params: [],
    meta: [],
  };
}
