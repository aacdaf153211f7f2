/** Says whether a decoded JSON value has a shape. */
export type Shape = (value: unknown) => boolean;

/** Entries of one list in a frame; far above what any cluster sends. */
export const MAX_LIST = 100_000;
/** Characters of one text in a frame (a configuration value, an agent's parameters). */
export const MAX_TEXT = 1024 * 1024;

export const isText: Shape = (value) => typeof value === 'string' && value.length <= MAX_TEXT;
export const isName: Shape = (value) => typeof value === 'string' && value.length > 0 && value.length <= 512;
export const isFlag: Shape = (value) => typeof value === 'boolean';
export const isNumber: Shape = (value) => typeof value === 'number' && Number.isFinite(value);
export const isCount: Shape = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
export const isInteger: Shape = (value) => Number.isSafeInteger(value);

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const anyRecord: Shape = isRecord;

export function nullable(shape: Shape): Shape {
  return (value) => value === null || shape(value);
}

export function optional(shape: Shape): Shape {
  return (value) => value === undefined || shape(value);
}

export function oneOf(...allowed: readonly string[]): Shape {
  return (value) => typeof value === 'string' && allowed.includes(value);
}

export function listOf(shape: Shape, max = MAX_LIST): Shape {
  return (value) => Array.isArray(value) && value.length <= max && value.every(shape);
}

/** An object whose values are all texts. */
export const isTextRecord: Shape = (value) => {
  if (!isRecord(value)) return false;
  const values = Object.values(value);
  return values.length <= MAX_LIST && values.every(isText);
};

/** An object that has these fields; others are let through for newer versions. */
export function withFields(fields: Readonly<Record<string, Shape>>): Shape {
  const entries = Object.entries(fields);
  return (value) => isRecord(value) && entries.every(([name, shape]) => shape(value[name]));
}
