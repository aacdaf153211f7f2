import { LIMITS } from '../limits.ts';

/** Why a JSON value is not of the shape expected; `path` is filled in on the way out. */
export class DecodeProblem extends Error {
  override readonly name = 'DecodeProblem';
  readonly problem: string;
  path = '';

  constructor(problem: string) {
    super(problem);
    this.problem = problem;
  }

  /** Names the field or index the problem was met in. */
  within(step: string | number): this {
    const own = typeof step === 'number' ? `[${step}]` : `.${step}`;
    this.path = own + this.path;
    return this;
  }
}

/** Turns a value into plain JSON with a fixed key order, and checks plain JSON back into the value. */
export interface Codec<T> {
  encode(value: T): unknown;
  /** @throws DecodeProblem when the JSON has another shape. `depth` counts nested objects. */
  decode(json: unknown, depth: number): T;
}

/** A codec of a field that may be absent. */
export interface OptionalCodec<T> extends Codec<T> {
  readonly optional: true;
}

type FieldCodec<T, K extends keyof T> =
  Record<string, never> extends Pick<T, K> ? OptionalCodec<Exclude<T[K], undefined>> : Codec<T[K]>;

/** One codec for each field of `T`; their order is the order of keys in the JSON. */
export type Fields<T> = { readonly [K in keyof T]-?: FieldCodec<T, K> };

const identity = (value: unknown): unknown => value;

/** Text of at most `LIMITS.valueLength` characters. */
export const text: Codec<string> = {
  encode: identity,
  decode(json) {
    if (typeof json !== 'string') throw new DecodeProblem('must be text');
    if (json.length > LIMITS.valueLength)
      throw new DecodeProblem(`is longer than ${LIMITS.valueLength} characters`);
    return json;
  },
};

/** `true` or `false`. */
export const flag: Codec<boolean> = {
  encode: identity,
  decode(json) {
    if (typeof json !== 'boolean') throw new DecodeProblem('must be true or false');
    return json;
  },
};

/** A whole number from 0 to 2^53-1. */
export const count: Codec<number> = {
  encode: identity,
  decode(json) {
    if (typeof json !== 'number' || !Number.isSafeInteger(json) || json < 0)
      throw new DecodeProblem('must be a whole number, 0 or more');
    return json;
  },
};

/** Exactly one of the given texts. */
export function oneOf<T extends string>(...allowed: readonly T[]): Codec<T> {
  return {
    encode: identity,
    decode(json) {
      const found = allowed.find((each) => each === json);
      if (found === undefined) throw new DecodeProblem(`must be one of ${allowed.join(', ')}`);
      return found;
    },
  };
}

/** Marks a field as one that may be absent. */
export function optional<T>(codec: Codec<T>): OptionalCodec<T> {
  return { encode: codec.encode, decode: codec.decode, optional: true };
}

/** A list with at most `limit` entries. */
export function list<T>(codec: Codec<T>, limit: number = LIMITS.listLength): Codec<readonly T[]> {
  return {
    encode: (value) => value.map((each) => codec.encode(each)),
    decode(json, depth) {
      if (!Array.isArray(json)) throw new DecodeProblem('must be a list');
      if (json.length > limit) throw new DecodeProblem(`has more than ${limit} entries`);
      return json.map((each: unknown, index) => stepInto(codec, each, depth, index));
    },
  };
}

/** Names and texts in the order given (that order is how they are shown). */
export const textRecord: Codec<Readonly<Record<string, string>>> = {
  encode: identity,
  decode(json, depth) {
    const entries = Object.entries(plainObject(json));
    if (entries.length > LIMITS.listLength)
      throw new DecodeProblem(`has more than ${LIMITS.listLength} entries`);
    return Object.fromEntries(entries.map(([name, value]) => [name, stepInto(text, value, depth, name)]));
  },
};

/** An object with exactly the given fields. Unknown fields are refused: a newer writer must not be half understood. */
export function object<T extends object>(fields: Fields<T>): Codec<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  const known = new Set<string>(names);
  return {
    encode(value) {
      const json: Record<string, unknown> = {};
      for (const name of names) {
        const each = value[name];
        if (each !== undefined) json[name] = (fields[name] as Codec<unknown>).encode(each);
      }
      return json;
    },
    decode(json, depth) {
      if (depth > LIMITS.nesting * 3) throw new DecodeProblem('is nested too deeply');
      const source = plainObject(json);
      for (const name of Object.keys(source))
        if (!known.has(name)) throw new DecodeProblem('is not known').within(name);
      const result: Record<string, unknown> = {};
      for (const name of names) {
        const codec = fields[name] as Codec<unknown> & { optional?: true };
        const each = source[name];
        if (each !== undefined) result[name] = stepInto(codec, each, depth + 1, name);
        else if (!codec.optional) throw new DecodeProblem('is missing').within(name);
      }
      return result as T;
    },
  };
}

/** Values told apart by their field `kind`. */
export function byKind<T extends { readonly kind: string }>(
  variants: { readonly [K in T['kind']]: Codec<Extract<T, { readonly kind: K }>> },
): Codec<T> {
  const table = new Map<string, Codec<T>>(Object.entries(variants) as unknown as [string, Codec<T>][]);
  const find = (kind: unknown): Codec<T> => {
    const codec = typeof kind === 'string' ? table.get(kind) : undefined;
    if (!codec) throw new DecodeProblem(`must be one of ${[...table.keys()].join(', ')}`).within('kind');
    return codec;
  };
  return {
    encode: (value) => find(value.kind).encode(value),
    decode: (json, depth) => find(plainObject(json).kind).decode(json, depth),
  };
}

/** A codec that refers to one declared later; needed where values nest in themselves. */
export function lazy<T>(codec: () => Codec<T>): Codec<T> {
  return { encode: (value) => codec().encode(value), decode: (json, depth) => codec().decode(json, depth) };
}

function stepInto<T>(codec: Codec<T>, json: unknown, depth: number, step: string | number): T {
  try {
    return codec.decode(json, depth);
  } catch (error) {
    throw error instanceof DecodeProblem ? error.within(step) : error;
  }
}

function plainObject(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new DecodeProblem('must be an object');
  return json as Readonly<Record<string, unknown>>;
}
