import type { Command } from '@holdfast/protocol';
import { transitionKey } from '../transition-key.ts';
import type { Job } from './resource-slot.ts';

const DEFAULT_TIMEOUT_MS = 20_000;

/** What a command asks for, with the numbers of its attributes read and defaults filled in. */
export function makeJob({ action, token }: Command): Job {
  const number = (name: string, otherwise: number) => {
    const value = Number(action.attributes[name] ?? Number.NaN);
    return Number.isFinite(value) ? value : otherwise;
  };
  const targetRc = number('CRM_meta_op_target_rc', 0);
  return {
    action,
    operation: action.operation,
    intervalMs: number('CRM_meta_interval', 0),
    timeoutMs: number('CRM_meta_timeout', DEFAULT_TIMEOUT_MS),
    targetRc,
    token,
    transitionKey: transitionKey({
      action: action.id,
      transition: token.transition,
      targetRc,
      term: token.term,
    }),
  };
}
