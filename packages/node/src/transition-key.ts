/** The part of a transition key that names the leader's term, in the shape of a UUID as CIB readers expect. */
export function termUuid(term: number): string {
  return `00000000-0000-4000-8000-${term.toString(16).padStart(12, '0')}`;
}

/** The leader's order that a key names; undefined for one that is not ours. */
export function readTransitionKey(
  key: string,
): { readonly term: number; readonly transition: number } | undefined {
  const match = /^\d+:(\d+):\d+:00000000-0000-4000-8000-([0-9a-f]{12})$/.exec(key);
  if (!match) return undefined;
  return { transition: Number(match[1]), term: Number.parseInt(match[2] ?? '', 16) };
}

/** `action:transition:expected-rc:uuid`, as operation histories record it. */
export function transitionKey(options: {
  action: number;
  transition: number;
  targetRc: number;
  term: number;
}): string {
  return `${options.action}:${options.transition}:${options.targetRc}:${termUuid(options.term)}`;
}
