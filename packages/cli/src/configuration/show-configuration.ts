import {
  type Configuration,
  ConfigurationDraft,
  formatCib,
  printConfiguration,
  type Statement,
  selectObjects,
  statementId,
} from '@holdfast/model';

/** Names whose values are hidden from people unless they ask for them. */
export const HIDDEN_NAMES: readonly string[] = ['passw*', 'password', 'pin', 'secret*', 'token'];

export interface ShowOptions {
  /** Which objects, as `selectObjects` of the model reads them; empty: all. */
  readonly words: readonly string[];
  readonly hide: boolean;
}

/** The configuration, or some objects of it, as statements. @throws HoldfastError NO_SUCH_OBJECT */
export function showConfiguration(configuration: Configuration, { words, hide }: ShowOptions): string {
  const wanted = new Set(selectObjects(new ConfigurationDraft(configuration).objects(), words).map(keyOf));
  return printConfiguration(configuration, {
    hide: hide ? HIDDEN_NAMES : [],
    filter: ({ statement }) => words.length === 0 || wanted.has(keyOf(statement)),
  });
}

/** The ids of the objects some words select. @throws HoldfastError NO_SUCH_OBJECT */
export function selectedIds(configuration: Configuration, words: readonly string[]): string[] {
  return selectObjects(new ConfigurationDraft(configuration).objects(), words).map((each) =>
    each.kind === 'node' ? each.node.name : (statementId(each) ?? ''),
  );
}

/** The configuration as a CIB. */
export function showXml(configuration: Configuration): string {
  const header = { 'validate-with': 'pacemaker-4.0', admin_epoch: '0', epoch: '1', num_updates: '0' };
  return formatCib({ header, configuration, status: { nodes: [], tickets: [] } });
}

function keyOf(statement: Statement): string {
  return statement.kind === 'node' ? `node ${statement.node.name}` : (statementId(statement) ?? '');
}
