/** The part of a transition key that names the leader's term, in the shape of a UUID as CIB readers expect. */
export function termUuid(term: number): string {
  return `00000000-0000-4000-8000-${term.toString(16).padStart(12, '0')}`;
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
