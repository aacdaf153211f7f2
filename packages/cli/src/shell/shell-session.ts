import {
  type Configuration,
  ConfigurationDraft,
  HoldfastError,
  modifyGroup,
  parseStatements,
  type RevisionedConfiguration,
  STATEMENT_KEYWORDS,
  statementId,
  validateConfiguration,
} from '@holdfast/model';
import type { EditResult } from '../configuration/edit-configuration.ts';
import { showConfiguration, showXml } from '../configuration/show-configuration.ts';
import { translateCrm } from '../crm/translate-crm.ts';

/** What the shell needs of its surroundings. */
export interface ShellHost {
  /** Shown in the prompt. */
  readonly clusterName: string;
  fetch(): Promise<RevisionedConfiguration>;
  commit(base: RevisionedConfiguration, draft: ConfigurationDraft): Promise<EditResult>;
  /** Runs a command of ours by its id; it prints for itself. */
  run(id: string, argv: readonly string[]): Promise<void>;
  confirm(question: string): Promise<boolean>;
  print(line: string): void;
}

const LEVELS = ['configure', 'resource', 'node', 'cluster'] as const;
type Level = 'root' | (typeof LEVELS)[number];

const LEAVE = ['up', 'end', 'back'];
const QUIT = ['quit', 'exit', 'bye'];
const CONFIGURE_COMMANDS = ['show', 'commit', 'verify', 'refresh', 'delete', 'rename', 'modgroup'];

/**
 * The interactive shell: levels as in crmsh, and in `configure` a draft to which nothing else sees until `commit`.
 * It knows no terminal; lines go in, lines come out through the host.
 */
export class ShellSession {
  readonly #host: ShellHost;
  #level: Level = 'root';
  #base: RevisionedConfiguration | undefined;
  #draft: ConfigurationDraft | undefined;
  #changed = false;
  /** Lines that ended with a backslash so far. */
  #unfinished = '';

  constructor(host: ShellHost) {
    this.#host = host;
  }

  /** What stands before the cursor. */
  get prompt(): string {
    if (this.#unfinished !== '') return '   > ';
    const level = this.#level === 'root' ? '' : this.#level;
    return `crm(${this.#host.clusterName})${level}${this.#changed ? '*' : ''}# `;
  }

  /** Takes one line; false when the shell is to end. @throws HoldfastError what a command refuses */
  async execute(line: string): Promise<boolean> {
    if (/\\\s*$/.test(line)) {
      this.#unfinished += `${line}\n`;
      return true;
    }
    const text = (this.#unfinished + line).trim();
    this.#unfinished = '';
    if (text === '' || text.startsWith('#')) return true;
    const words = splitWords(text);
    const [command = ''] = words;
    if (QUIT.includes(command)) return !(await this.#leave());
    if (LEAVE.includes(command) || (command === 'cd' && (words[1] ?? '..') === '..')) {
      if (await this.#leave()) this.#level = 'root';
      return true;
    }
    await this.#command(text, words);
    return true;
  }

  /** Words that may stand where the cursor is, for completion. */
  complete(line: string): string[] {
    const words = line.split(/\s+/);
    const last = words.at(-1) ?? '';
    return this.#candidates(words.length === 1).filter((each) => each.startsWith(last));
  }

  #candidates(isFirst: boolean): readonly string[] {
    if (!isFirst) return this.#ids();
    const common = [...LEAVE.slice(0, 1), ...QUIT.slice(0, 1), 'help'];
    switch (this.#level) {
      case 'root':
        return [...LEVELS, 'status', 'verify', ...common];
      case 'configure':
        return [...CONFIGURE_COMMANDS, ...STATEMENT_KEYWORDS, ...common];
      case 'resource':
        return [
          'start',
          'stop',
          'restart',
          'move',
          'ban',
          'clear',
          'cleanup',
          'locate',
          'list',
          'meta',
          'param',
          ...common,
        ];
      case 'node':
        return ['list', 'standby', 'online', 'maintenance', 'ready', 'fence', 'attribute', ...common];
      case 'cluster':
        return ['init', 'join', 'stop', 'status', ...common];
    }
  }

  #ids(): string[] {
    return this.#draft?.objects().flatMap((each) => statementId(each) ?? []) ?? [];
  }

  /** True when the level may be left: nothing is uncommitted, or it was committed or given up. */
  async #leave(): Promise<boolean> {
    if (this.#changed && (await this.#host.confirm('There are uncommitted changes. Commit them?')))
      await this.#commit();
    this.#base = undefined;
    this.#draft = undefined;
    this.#changed = false;
    return true;
  }

  async #command(text: string, words: readonly string[]): Promise<void> {
    const [command = ''] = words;
    const level = LEVELS.find((each) => each === (command === 'cd' ? words[1] : command));
    if (level !== undefined && words.length === (command === 'cd' ? 2 : 1)) {
      await this.#leave();
      this.#level = level;
      return;
    }
    if (command === 'help') return this.#host.run('help', words.slice(1));
    if (this.#level === 'configure') return this.#configure(text, words);
    const { id, argv } = translateCrm(this.#level === 'root' ? words : [this.#level, ...words]);
    // A statement goes on as it was typed, quotes and all.
    await this.#host.run(id, id === 'configure' ? [text.slice(command.length).trim()] : argv);
  }

  async #configure(text: string, [command = '', ...words]: readonly string[]): Promise<void> {
    const { draft } = await this.#open();
    switch (command) {
      case 'show':
        return this.#show(draft.configuration(), words);
      case 'verify':
        return this.#verify(draft.configuration());
      case 'commit':
        return this.#commit();
      case 'refresh':
        this.#base = undefined;
        this.#draft = undefined;
        this.#changed = false;
        return;
      case 'delete':
        draft.delete(words);
        break;
      case 'rename':
        draft.rename(words[0] ?? '', words[1] ?? '');
        break;
      case 'modgroup':
        this.#modifyGroup(draft, words);
        break;
      default:
        for (const each of parseStatements(text)) draft.put(each);
    }
    this.#changed = true;
  }

  #modifyGroup(
    draft: ConfigurationDraft,
    [group = '', action, member = '', where, place]: readonly string[],
  ): void {
    if (action !== 'add' && action !== 'remove')
      throw new HoldfastError('USAGE', { problem: 'modgroup GROUP add|remove MEMBER [before|after MEMBER]' });
    const beside =
      (where === 'before' || where === 'after') && place !== undefined
        ? ({ where, member: place } as const)
        : undefined;
    modifyGroup(draft, group, action, member, beside);
  }

  async #open(): Promise<{ base: RevisionedConfiguration; draft: ConfigurationDraft }> {
    this.#base ??= await this.#host.fetch();
    this.#draft ??= new ConfigurationDraft(this.#base.configuration);
    return { base: this.#base, draft: this.#draft };
  }

  #show(configuration: Configuration, words: readonly string[]): void {
    const text =
      words[0] === 'xml' ? showXml(configuration) : showConfiguration(configuration, { words, hide: true });
    for (const line of text.trimEnd().split('\n')) this.#host.print(line);
  }

  #verify(configuration: Configuration): void {
    const { errors, warnings } = validateConfiguration(configuration);
    for (const { problem } of errors) this.#host.print(`error: ${problem}`);
    for (const { problem } of warnings) this.#host.print(`warning: ${problem}`);
  }

  async #commit(): Promise<void> {
    const { base, draft } = await this.#open();
    const { notes, warnings, operations } = await this.#host.commit(base, draft);
    for (const note of notes) this.#host.print(`note: ${note}`);
    for (const warning of warnings) this.#host.print(`warning: ${warning}`);
    this.#host.print(
      operations.length === 0
        ? 'nothing to commit'
        : `committed: ${operations.map((each) => each.id).join(' ')}`,
    );
    this.#base = undefined;
    this.#draft = undefined;
    this.#changed = false;
  }
}

/** Words separated by blanks; quotes keep blanks and are taken away. */
function splitWords(text: string): string[] {
  const words = text.match(/(?:[^\s"']+|"[^"]*"|'[^']*'|["'])+/g) ?? [];
  return words.map((each) => each.replace(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single));
}
