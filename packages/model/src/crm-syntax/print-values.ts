/**
 * A value as it is written in a statement: in quotes unless it is made of letters, digits, `.`, `_` and `-`. A
 * backslash is doubled only where it would otherwise be read together with what follows.
 */
export function quote(value: string): string {
  if (/^[A-Za-z0-9_.-]+$/.test(value)) return value;
  return `"${value.replace(/\\(?=[\\"]|$)/g, '\\\\').replace(/"/g, '\\"')}"`;
}

/** A word that is no value (an id, a name, a reference): in quotes only where it could not be read otherwise. */
export function word(text: string): string {
  return text === '' || /[\s"'\\]/.test(text) ? quote(text) : text;
}

/** `name=value`. */
export function assignment(name: string, value: string): string {
  return `${word(name)}=${quote(value)}`;
}

/** Several `name=value`, separated by blanks; entries without a value are left out. */
export function assignments(values: Readonly<Record<string, string | undefined>>): string {
  const found: string[] = [];
  for (const [name, value] of Object.entries(values))
    if (value !== undefined) found.push(assignment(name, value));
  return found.join(' ');
}

/** Joins what is not empty with blanks. */
export function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((each) => each !== undefined && each !== '').join(' ');
}
