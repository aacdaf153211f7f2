import { NotConfiguredError } from './exit-code.ts';

/** What every kind of parameter may say about itself. */
export interface ParameterOptions {
  /** One line. */
  readonly text: string;
  /** The whole story. @default text */
  readonly longText?: string;
  readonly required?: boolean;
  /** Parameters of one unique group must, together, differ between resources. */
  readonly uniqueGroup?: string;
  /** A change needs `reload` only. */
  readonly reloadable?: boolean;
}

/** A parameter of an agent, with the type its value has in the agent's code. */
export interface Parameter<Value> {
  readonly options: ParameterOptions;
  /** Type named in the meta-data. */
  readonly type: 'string' | 'integer' | 'boolean' | 'time' | 'select';
  /** As written in the meta-data. */
  readonly default: string | undefined;
  readonly choices: readonly string[];
  /** Reads a text. @throws NotConfiguredError without the name of the parameter */
  readonly read: (text: string) => Value;
}

/** Parameters by name. */
export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** Values of parameters, by name, as the agent's code sees them. */
export type ParameterValues<P extends Parameters> = {
  readonly [Name in keyof P]: P[Name] extends Parameter<infer Value> ? Value : never;
};

type Given<Default> = ParameterOptions & ({ readonly required: true } | { readonly default: Default });

function make<Value>(
  type: Parameter<Value>['type'],
  options: ParameterOptions & { readonly default?: unknown },
  more: { read: (text: string) => Value; format?: (value: Value) => string; choices?: readonly string[] },
): Parameter<Value> {
  const format = more.format ?? String;
  const value = options.default as Value | undefined;
  return {
    type,
    options,
    default: value === undefined ? undefined : format(value),
    choices: more.choices ?? [],
    read: more.read,
  };
}

/** Any text. */
export function string(options: Given<string>): Parameter<string>;
export function string(options: ParameterOptions): Parameter<string | undefined>;
export function string(options: ParameterOptions): Parameter<string> {
  return make('string', options, { read: (text) => text });
}

/** A whole number, with bounds. */
export function integer(options: Given<number> & Bounds): Parameter<number>;
export function integer(options: ParameterOptions & Bounds): Parameter<number | undefined>;
export function integer(options: ParameterOptions & Bounds): Parameter<number> {
  return make('integer', options, {
    read: (text) => {
      const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
      if (!Number.isSafeInteger(value)) throw new NotConfiguredError(`"${text}" is not a whole number`);
      const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options;
      if (value < min || value > max)
        throw new NotConfiguredError(`${value} is not between ${min} and ${max}`);
      return value;
    },
  });
}

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

const TRUE = ['true', 'on', 'yes', 'y', '1'];
const FALSE = ['false', 'off', 'no', 'n', '0'];

/** True or false, in any spelling the shell agents know. */
export function boolean(options: Given<boolean>): Parameter<boolean>;
export function boolean(options: ParameterOptions): Parameter<boolean | undefined>;
export function boolean(options: ParameterOptions): Parameter<boolean> {
  return make('boolean', options, {
    read: (text) => {
      const lower = text.trim().toLowerCase();
      if (TRUE.includes(lower)) return true;
      if (FALSE.includes(lower)) return false;
      throw new NotConfiguredError(`"${text}" is not a boolean`);
    },
  });
}

const UNIT_MS: Readonly<Record<string, number>> = {
  '': 1000,
  ms: 1,
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
};

/** A duration such as `10s` or `500ms`; a bare number means seconds. The value is in milliseconds. */
export function time(options: Given<number>): Parameter<number>;
export function time(options: ParameterOptions): Parameter<number | undefined>;
export function time(options: ParameterOptions): Parameter<number> {
  return make('time', options, {
    format: formatTime,
    read: (text) => {
      const match = /^(\d+)\s*([a-z]*)$/i.exec(text.trim());
      const unitMs = match ? UNIT_MS[match[2]!.toLowerCase()] : undefined;
      if (match === null || unitMs === undefined) throw new NotConfiguredError(`"${text}" is not a duration`);
      return Number(match[1]) * unitMs;
    },
  });
}

/** Milliseconds as the meta-data writes them. */
export function formatTime(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** One of some texts. */
export function select<const Choice extends string>(
  choices: readonly Choice[],
  options: Given<Choice>,
): Parameter<Choice>;
export function select<const Choice extends string>(
  choices: readonly Choice[],
  options: ParameterOptions,
): Parameter<Choice | undefined>;
export function select<const Choice extends string>(
  choices: readonly Choice[],
  options: ParameterOptions,
): Parameter<Choice> {
  return make('select', options, {
    choices,
    read: (text) => {
      const found = choices.find((choice) => choice === text.trim());
      if (found === undefined) throw new NotConfiguredError(`"${text}" is not one of ${choices.join(', ')}`);
      return found;
    },
  });
}

/** Reads values from texts. Empty counts as absent. @throws NotConfiguredError that names the parameter */
export function readParameters<P extends Parameters>(
  parameters: P,
  text: (name: string) => string | undefined,
): ParameterValues<P> {
  const values: Record<string, unknown> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const given = text(name) || parameter.default;
    if (given === undefined) {
      if (parameter.options.required) throw new NotConfiguredError(`parameter ${name} is required`);
      values[name] = undefined;
      continue;
    }
    try {
      values[name] = parameter.read(given);
    } catch (error) {
      if (error instanceof NotConfiguredError)
        throw new NotConfiguredError(`parameter ${name}: ${error.message}`);
      throw error;
    }
  }
  return values as ParameterValues<P>;
}
