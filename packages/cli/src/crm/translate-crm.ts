import { HoldfastError } from '@holdfast/model';

/** A command of ours with its arguments. */
export interface TranslatedCommand {
  readonly id: string;
  readonly argv: readonly string[];
}

/** Global options of crmsh; true: a value follows. Their meaning here is the default, or they do not apply. */
const GLOBAL_OPTIONS: ReadonlyMap<string, boolean> = new Map([
  ['-F', false],
  ['--force', false],
  ['-n', false],
  ['--no', false],
  ['-w', false],
  ['--wait', false],
  ['-d', false],
  ['--debug', false],
  ['-D', true],
  ['--display', true],
  ['-o', true],
  ['--opt', true],
]);

/** Levels of crmsh with their commands: ours, and words put before the arguments. */
const LEVELS: Readonly<Record<string, ReadonlyMap<string, string>>> = {
  resource: new Map([
    ['status', 'resource:list'],
    ['show', 'resource:list'],
    ['list', 'resource:list'],
    ['start', 'resource:start'],
    ['stop', 'resource:stop'],
    ['restart', 'resource:restart'],
    ['promote', 'resource:promote'],
    ['demote', 'resource:demote'],
    ['manage', 'resource:manage'],
    ['unmanage', 'resource:unmanage'],
    ['maintenance', 'resource:maintenance'],
    ['move', 'resource:move'],
    ['migrate', 'resource:move'],
    ['ban', 'resource:ban'],
    ['clear', 'resource:clear'],
    ['unmove', 'resource:clear'],
    ['unmigrate', 'resource:clear'],
    ['unban', 'resource:clear'],
    ['cleanup', 'resource:cleanup'],
    ['refresh', 'resource:cleanup'],
    ['reprobe', 'resource:cleanup'],
    ['locate', 'resource:locate'],
    ['trace', 'resource:trace'],
    ['untrace', 'resource:untrace'],
    ['param', 'resource:param'],
    ['meta', 'resource:meta'],
    ['utilization', 'resource:utilization'],
  ]),
  node: new Map([
    ['show', 'node:list'],
    ['list', 'node:list'],
    ['status', 'node:list'],
    ['standby', 'node:standby'],
    ['online', 'node:online'],
    ['maintenance', 'node:maintenance'],
    ['ready', 'node:ready'],
    ['fence', 'node:fence'],
    ['attribute', 'node:attribute'],
  ]),
  cluster: new Map([
    ['init', 'cluster:init'],
    ['join', 'cluster:join'],
    ['stop', 'cluster:stop'],
    ['status', 'status'],
  ]),
  configure: new Map([
    ['show', 'configure:show'],
    ['edit', 'configure:edit'],
    ['load', 'configure:load'],
    ['delete', 'configure:delete'],
    ['remove', 'configure:delete'],
    ['rm', 'configure:delete'],
    ['rename', 'configure:rename'],
    ['modgroup', 'configure:modgroup'],
    ['verify', 'verify'],
    ['commit', ''],
  ]),
};
const ROOT: ReadonlyMap<string, string> = new Map([
  ['status', 'status'],
  ['st', 'status'],
  ['verify', 'verify'],
  ['maintenance', 'maintenance'],
]);

/**
 * Turns a command line of crmsh into one of ours. Levels and commands may be abbreviated where that is unambiguous.
 * @throws HoldfastError USAGE for what there is no counterpart of
 */
export function translateCrm(argv: readonly string[]): TranslatedCommand {
  const file = scriptFile(argv);
  if (file !== undefined) return { id: 'configure:load', argv: ['update', file] };
  const [first, ...rest] = withoutOptions(argv);
  if (first === undefined) return { id: 'shell', argv: [] };
  const level = match(first, Object.keys(LEVELS));
  if (level === undefined) {
    const id = ROOT.get(match(first, [...ROOT.keys()]) ?? '');
    if (id === undefined) throw unknown(first);
    // The words behind status choose sections; ours shows all of them.
    return { id, argv: id === 'status' ? [] : rest };
  }
  const [verb = '', ...args] = rest;
  const commands = LEVELS[level] ?? new Map<string, string>();
  const known =
    commands.get(verb) ??
    (level === 'configure' ? undefined : commands.get(match(verb, [...commands.keys()]) ?? ''));
  if (known === '')
    throw new HoldfastError('USAGE', {
      problem: `"${verb}" is not needed: each command is committed at once`,
    });
  if (known !== undefined)
    return { id: known, argv: known === 'configure:load' ? loadArguments(args) : args };
  if (level === 'configure') return { id: 'configure', argv: rest };
  throw unknown(`${first} ${verb}`);
}

/** `-f FILE` runs a script. */
function scriptFile(argv: readonly string[]): string | undefined {
  const index = argv.findIndex((each) => each === '-f' || each === '--file');
  return index === 0 || (index > 0 && argv.slice(0, index).every((each) => each.startsWith('-')))
    ? argv[index + 1]
    : undefined;
}

function withoutOptions(argv: readonly string[]): string[] {
  const words = [...argv];
  for (let name = words[0]; name !== undefined && GLOBAL_OPTIONS.has(name); name = words[0])
    words.splice(0, GLOBAL_OPTIONS.get(name) ? 2 : 1);
  return words;
}

/** `load [xml] METHOD FILE`: `push` is the old word for replacing. */
function loadArguments(args: readonly string[]): string[] {
  return args.filter((each) => each !== 'xml').map((each) => (each === 'push' ? 'replace' : each));
}

function match(word: string, names: readonly string[]): string | undefined {
  if (names.includes(word)) return word;
  const starting = names.filter((each) => each.startsWith(word) && word !== '');
  return starting.length === 1 ? starting[0] : undefined;
}

function unknown(words: string): HoldfastError {
  return new HoldfastError('USAGE', { problem: `there is no counterpart of "crm ${words}"` });
}
