import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the shared test material is: HOLDFAST_SHARED, or `../shared` beside the repository. */
export const SHARED = process.env.HOLDFAST_SHARED ?? join(import.meta.dirname, '../../../../shared');

/** One recorded behaviour of crmsh. Fields depend on the kind; see `run-case.ts`. */
export interface CrmCase {
  readonly kind: string;
  readonly cli: string | readonly string[];
  readonly xml: string | null;
  readonly source: string;
  readonly expect?: string;
  readonly checks?: readonly Check[];
  readonly xml_file?: string;
  readonly xml_fallbacks?: number;
  readonly order_dependent?: boolean;
}

export interface Check {
  readonly attr?: string;
  readonly xpath?: string;
  readonly equals?: string | null | readonly string[];
  readonly count?: number;
  readonly children?: number;
  readonly tag?: string;
  readonly parses?: boolean;
}

/** The kinds of cases, in the order in which they are reported. */
export const KINDS = [
  'exact',
  'render',
  'roundtrip',
  'checks',
  'accept',
  'reject',
  'object',
  'session',
  'session_show',
  'effect',
  'cts_object',
  'cts_cib',
] as const;

export type Kind = (typeof KINDS)[number];

/** True when the material is there. */
export function haveCases(): boolean {
  return existsSync(join(SHARED, 'crm-cases'));
}

/** All cases of one kind. */
export function loadCases(kind: Kind): CrmCase[] {
  const text = readFileSync(join(SHARED, 'crm-cases', `crmsh-${kind}.jsonl`), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CrmCase);
}
