/** Orders names as people count: runs of digits by value, letters without regard to ASCII case. */
export function compareNames(a: string, b: string): number {
  const left = split(a);
  const right = split(b);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = comparePart(left[i] as string, right[i] as string);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function split(text: string): string[] {
  return text.match(/\d+|\D/g) ?? [];
}

function comparePart(a: string, b: string): number {
  if (/^\d/.test(a) && /^\d/.test(b)) {
    const left = a.replace(/^0+(?=\d)/, '');
    const right = b.replace(/^0+(?=\d)/, '');
    if (left.length !== right.length) return left.length - right.length;
    if (left !== right) return left < right ? -1 : 1;
    return b.length - a.length;
  }
  const left = lower(a);
  const right = lower(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

function lower(char: string): string {
  return /^[A-Z]$/.test(char) ? String.fromCharCode(char.charCodeAt(0) + 32) : char;
}
