/** How two attribute values are compared. */
export type ValueType = 'string' | 'integer' | 'number' | 'version';

/**
 * Compares two attribute values: below 0, 0 or above 0. Values that are not of a numeric type asked for are
 * compared as texts. Texts compare without regard to ASCII case, and never by locale.
 */
export function compareValues(a: string, b: string, type: ValueType): number {
  if (type === 'version') return compareVersions(a, b);
  if (type !== 'string') {
    const read = type === 'integer' ? readInteger : readNumber;
    const left = read(a);
    const right = read(b);
    if (left !== undefined && right !== undefined) return left < right ? -1 : left > right ? 1 : 0;
  }
  return compareTexts(a, b);
}

function readInteger(text: string): number | undefined {
  const match = /^\s*([+-]?\d+)/.exec(text);
  return match ? Number(match[1]) : undefined;
}

function readNumber(text: string): number | undefined {
  const match = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/i.exec(text);
  return match ? Number(match[1]) : undefined;
}

function compareTexts(a: string, b: string): number {
  const left = lowerAscii(a);
  const right = lowerAscii(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 32));
}

/** Compares dotted versions number by number; a missing part counts as 0. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = versionPart(left[i]) - versionPart(right[i]);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return 0;
}

function versionPart(text: string | undefined): number {
  return Number(/^\s*(\d+)/.exec(text ?? '')?.[1] ?? 0);
}
