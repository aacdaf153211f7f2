import type { Rule } from '@holdfast/model';

/**
 * What a rule is evaluated against. `src/rules` exports
 * `evaluateRule(rule, context): boolean`; an absent field makes expressions that need it false.
 * `context.nextChange(seconds)` is told when the outcome of a date expression will change.
 */
export interface RuleContext {
  readonly nowSeconds: number;
  readonly nodeAttributes?: ReadonlyMap<string, string>;
  /** Role name in the current spelling (`Promoted`), for rules of location constraints. */
  readonly role?: string;
  /** For `value-source` param and meta. */
  readonly params?: ReadonlyMap<string, string>;
  readonly meta?: ReadonlyMap<string, string>;
  /** For `resource` expressions. */
  readonly resource?: {
    readonly standard: string;
    readonly provider?: string | undefined;
    readonly agent: string;
  };
  /** For `operation` expressions. */
  readonly operation?: { readonly name: string; readonly intervalMs: number };
  /** Sub-matches of a location's resource pattern; `%0` is the whole match. */
  readonly submatches?: readonly string[];
  /** Resolves `id-ref` of rules. */
  readonly ruleById?: (id: string) => Rule | undefined;
  readonly nextChange?: (epochSeconds: number) => void;
}
