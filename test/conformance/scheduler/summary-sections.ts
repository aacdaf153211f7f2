/** The sections of a simulator's text, as lines without any white space. */
export interface SummarySections {
  /** Lines before the first heading. */
  readonly header: readonly string[];
  readonly current: readonly string[];
  /** Decisions with their reasons. */
  readonly decisions: readonly string[];
  readonly executing: readonly string[];
  readonly revised: readonly string[];
}

const HEADINGS: readonly [string, keyof SummarySections][] = [
  ['Current cluster status:', 'current'],
  ['Transition Summary:', 'decisions'],
  ['Executing Cluster Transition:', 'executing'],
  ['Revised Cluster Status:', 'revised'],
];

/** Splits a simulator's text at its headings. White space within lines and blank lines do not count. */
export function readSections(text: string): SummarySections {
  const sections: Record<keyof SummarySections, string[]> = {
    header: [],
    current: [],
    decisions: [],
    executing: [],
    revised: [],
  };
  let section: keyof SummarySections = 'header';
  for (const line of text.split('\n')) {
    const heading = HEADINGS.find(([title]) => line.trim() === title);
    if (heading) section = heading[1];
    else if (line.trim() !== '')
      sections[section].push(line.replace(/\s+/g, section === 'decisions' ? ' ' : ''));
  }
  return { ...sections, decisions: sections.decisions.map((line) => line.trim()) };
}

/** A decision without its reason; that it is blocked stays (printed in brackets only after a reason). */
export function withoutReason(decision: string): string {
  const blocked = / (blocked|\(blocked\))$/.test(decision) ? '(blocked)' : '';
  const bare = decision
    .replace(/ (blocked|\(blocked\))$/, '')
    .replace(/ due to .*$/, '')
    .replace(/^(\* Fence .*?) '.*'$/, '$1');
  return (bare + blocked).replace(/\s+/g, '');
}
