import { execFileSync } from 'node:child_process';
import {
  type AdvisedAction,
  adviseOperations,
  type Configuration,
  ConfigurationDraft,
  findInBlocks,
  type GroupPlace,
  modifyGroup,
  type ParsedStatement,
  type PutMode,
  parseStatement,
  parseStatements,
  printConfiguration,
  STATEMENT_KEYWORDS,
  type Statement,
  selectObjects,
  setInBlocks,
  showObjects,
  statementId,
} from '@holdfast/model';

const action = (name: string, timeout: string, interval?: string, role?: string): AdvisedAction => ({
  name,
  timeout,
  ...(interval === undefined ? {} : { interval }),
  ...(role === undefined ? {} : { role }),
});

/** What the metadata of the agents in the recorded sessions advises. */
const ADVICE: Readonly<Record<string, readonly AdvisedAction[]>> = {
  Dummy: [action('monitor', '20s', '10s'), action('start', '20s'), action('stop', '20s')],
  Delay: [action('monitor', '40s', '10s'), action('start', '30s'), action('stop', '40s')],
  Stateful: [
    action('monitor', '20s', '10s', 'Promoted'),
    action('monitor', '20s', '11s', 'Unpromoted'),
    action('start', '20s'),
    action('stop', '20s'),
    action('promote', '10s'),
    action('demote', '10s'),
  ],
};

/** Levels and commands of the shell that do not change a configuration. */
const WITHOUT_EFFECT = new Set([
  'configure',
  'commit',
  'verify',
  'quit',
  '_test',
  '_regtest',
  'cd',
  'up',
  'options',
  'sort-elements',
  'ptest',
]);

/** Plays the part of the interactive shell for a recorded session. */
export class ShellSession {
  #draft: ConfigurationDraft;
  /** Whether agents' advice and `interleave` are filled in, as the newer shell does on its own. */
  readonly #fill: boolean;
  #sorted = true;
  /** What the last `show` printed. */
  shown = '';

  constructor(fill: boolean) {
    this.#fill = fill;
    this.#draft = new ConfigurationDraft();
  }

  get configuration(): Configuration {
    return this.#draft.configuration();
  }

  run(line: string): void {
    const [command = '', ...words] = line.trim().split(/\s+/);
    if (line.startsWith('#') || line.trim() === '') return;
    if (line === 'sort-elements false') this.#sorted = false;
    if (WITHOUT_EFFECT.has(command)) return;
    if (STATEMENT_KEYWORDS.includes(command)) {
      this.#put(parseStatement(line));
      return;
    }
    switch (command) {
      case 'erase':
        this.#erase(words[0] === 'nodes');
        return;
      case 'delete':
        this.#draft.delete(words);
        return;
      case 'rename':
        this.#draft.rename(words[0] ?? '', words[1] ?? '');
        return;
      case 'modgroup':
        this.#modifyGroup(words);
        return;
      case 'filter':
        this.#filter(line);
        return;
      case 'show':
        this.shown = this.#show(words);
        return;
      default:
        throw new Error(`the session has the unknown command ${command}`);
    }
  }

  #put(parsed: ParsedStatement, mode: PutMode = 'create'): void {
    this.#draft.put(this.#filled(parsed), mode);
  }

  #filled(parsed: ParsedStatement): ParsedStatement {
    const { statement } = parsed;
    if (!this.#fill) return parsed;
    if (statement.kind === 'primitive') {
      const advice = ADVICE[statement.primitive.type ?? ''] ?? [];
      return {
        ...parsed,
        statement: { ...statement, primitive: adviseOperations(statement.primitive, advice) },
      };
    }
    if (statement.kind !== 'clone' || findInBlocks(statement.clone.meta, 'interleave') !== undefined)
      return parsed;
    const meta = setInBlocks(statement.clone.meta, 'interleave', 'true');
    return { ...parsed, statement: { ...statement, clone: { ...statement.clone, meta } } };
  }

  #erase(nodes: boolean): void {
    const keep = this.#draft.objects().filter((each) => (each.kind === 'node') !== nodes);
    this.#draft = new ConfigurationDraft();
    this.#draft.replaceSelection(
      [],
      keep.map((statement) => ({ statement, position: { line: 1, column: 1 } })),
    );
  }

  #modifyGroup([group = '', what = '', member = '', where, other]: string[]): void {
    const place =
      where === 'before' || where === 'after'
        ? ({ where, member: other ?? '' } satisfies GroupPlace)
        : undefined;
    try {
      modifyGroup(this.#draft, group, what === 'add' ? 'add' : 'remove', member, place);
    } catch {
      // The recorded sessions also try what must be refused.
    }
  }

  #filter(line: string): void {
    const [, script = '', rest = ''] = /^filter "(.*)"\s*(.*)$/.exec(line) ?? [];
    const ids = rest.split(/\s+/).filter((each) => each !== '');
    const selected = ids.flatMap((id) => this.#draft.find(id) ?? []);
    const objects = ids.length === 0 ? this.#draft.objects() : selected;
    const text = this.#print(objects);
    const edited = execFileSync('/bin/sh', ['-c', script], { input: text, encoding: 'utf8' });
    this.#draft.replaceSelection(
      objects.map((each) => nameOf(each)),
      parseStatements(edited),
    );
  }

  #show(words: string[]): string {
    return this.#print(selectObjects(this.#draft.objects(), words));
  }

  #print(objects: readonly Statement[]): string {
    const wanted = new Set(objects.map((each) => statementId(each)));
    const nodes = new Set(objects.flatMap((each) => (each.kind === 'node' ? [each.node.name] : [])));
    return printConfiguration(this.configuration, {
      sorted: this.#sorted ? 'by-id' : 'by-kind',
      filter: ({ statement }) =>
        statement.kind === 'node' ? nodes.has(statement.node.name) : wanted.has(statementId(statement)),
    });
  }
}

function nameOf(statement: Statement): string {
  return statement.kind === 'node' ? statement.node.name : (statementId(statement) ?? '');
}

/** Every object of a configuration with all ids, for comparison. */
export function objectsOf(configuration: Configuration): string[] {
  return showObjects(configuration).map((each) => JSON.stringify(each.statement, sortedKeys));
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).filter(([name]) => name !== 'sectionOrder');
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
