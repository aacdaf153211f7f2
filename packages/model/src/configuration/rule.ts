/** A rule: conditions that decide whether a block or a location applies. */
export interface Rule {
  readonly kind: 'rule';
  readonly id?: string;
  readonly idRef?: string;
  readonly score?: string;
  readonly scoreAttribute?: string;
  /** Default `and`. */
  readonly booleanOp?: 'and' | 'or';
  readonly role?: string;
  readonly expressions: readonly RuleExpression[];
}

/** One condition of a rule. */
export type RuleExpression =
  | Rule
  | AttributeExpression
  | DateExpression
  | ResourceExpression
  | OperationExpression;

/** A condition on a node attribute (`expression`). */
export interface AttributeExpression {
  readonly kind: 'attribute';
  readonly id?: string;
  readonly attribute: string;
  readonly operation: string;
  readonly value?: string;
  /** `string`, `integer`, `number` or `version`. */
  readonly type?: string;
  /** `literal` (default), `param` or `meta`. */
  readonly valueSource?: string;
}

/** A condition on the time (`date_expression`). */
export interface DateExpression {
  readonly kind: 'date';
  readonly id?: string;
  /** `gt`, `lt`, `in_range` (default) or `date_spec`. */
  readonly operation?: string;
  readonly start?: string;
  readonly end?: string;
  /** Attributes of `duration`, ISO 8601 names in the plural (`hours`, `months`, ...). */
  readonly duration?: Readonly<Record<string, string>>;
  readonly dateSpec?: Readonly<Record<string, string>>;
}

/** A condition on the agent of a resource (`rsc_expression`). */
export interface ResourceExpression {
  readonly kind: 'resource';
  readonly id?: string;
  readonly class?: string;
  readonly provider?: string;
  readonly type?: string;
}

/** A condition on an operation (`op_expression`). */
export interface OperationExpression {
  readonly kind: 'operation';
  readonly id?: string;
  readonly name: string;
  readonly interval?: string;
}
