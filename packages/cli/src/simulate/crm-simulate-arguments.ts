import { HoldfastError } from '@holdfast/model';
import type { SimulationRequest } from './simulation-request.ts';

/** Options of the reference's simulator: long name, and whether a value follows. */
const OPTIONS: Readonly<Record<string, readonly [name: string, takesValue: boolean]>> = {
  x: ['xml-file', true],
  X: ['xml-text', true],
  p: ['xml-pipe', false],
  L: ['live-check', false],
  R: ['run', false],
  S: ['simulate', false],
  s: ['show-scores', false],
  Q: ['quiet', false],
  U: ['show-utilization', false],
  V: ['verbose', false],
  t: ['set-datetime', true],
  D: ['save-dotfile', true],
  G: ['save-graph', true],
  I: ['save-input', true],
  O: ['save-output', true],
  q: ['quorum', true],
  w: ['watchdog', true],
  u: ['node-up', true],
  d: ['node-down', true],
  f: ['node-fail', true],
  i: ['op-inject', true],
  F: ['op-fail', true],
  g: ['ticket-grant', true],
  r: ['ticket-revoke', true],
  b: ['ticket-standby', true],
  e: ['ticket-activate', true],
};
const LONG: ReadonlyMap<string, boolean> = new Map(Object.values(OPTIONS));

/** Reads arguments as the reference's `crm_simulate` takes them. @throws HoldfastError USAGE */
export function parseCrmSimulate(argv: readonly string[]): SimulationRequest {
  const values = collect(argv);
  const last = (name: string): string | undefined => values.get(name)?.at(-1);
  const all = (name: string): readonly string[] => values.get(name) ?? [];
  const optional = <K extends string>(key: K, name: string): { readonly [P in K]?: string } => {
    const value = last(name);
    return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: string };
  };
  return {
    input: inputOf(values),
    run: values.has('run') || values.has('simulate') || values.has('show-scores'),
    simulate: values.has('simulate'),
    quiet: values.has('quiet'),
    scores: values.has('show-scores'),
    now: last('set-datetime'),
    events: {
      ...optional('quorum', 'quorum'),
      ...optional('watchdog', 'watchdog'),
      nodesUp: all('node-up'),
      nodesDown: all('node-down'),
      nodesFail: all('node-fail'),
      ticketsGranted: all('ticket-grant'),
      ticketsRevoked: all('ticket-revoke'),
      ticketsStandby: all('ticket-standby'),
      ticketsActivated: all('ticket-activate'),
      operations: all('op-inject'),
    },
    failures: all('op-fail'),
    save: {
      dot: last('save-dotfile'),
      graph: last('save-graph'),
      input: last('save-input'),
      output: last('save-output'),
    },
  };
}

function inputOf(values: ReadonlyMap<string, readonly string[]>): SimulationRequest['input'] {
  const path = values.get('xml-file')?.at(-1);
  const text = values.get('xml-text')?.at(-1);
  if (path !== undefined) return { kind: 'file', path };
  if (text !== undefined) return { kind: 'text', text };
  if (values.has('xml-pipe')) return { kind: 'file', path: '-' };
  return { kind: 'live' };
}

/** Long names with their values in order; an option without value has the empty text. */
function collect(argv: readonly string[]): Map<string, string[]> {
  const values = new Map<string, string[]>();
  const add = (name: string, value: string): void => {
    values.set(name, [...(values.get(name) ?? []), value]);
  };
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith('--')) readLong(word.slice(2), rest, add);
    else if (word.startsWith('-') && word.length > 1) readShort(word.slice(1), rest, add);
    else throw usage(`unexpected "${word}"`);
  }
  return values;
}

function readLong(text: string, rest: string[], add: (name: string, value: string) => void): void {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  const takesValue = LONG.get(name);
  if (takesValue === undefined) throw usage(`there is no option --${name}`);
  if (!takesValue) {
    add(name, '');
    return;
  }
  add(name, equals < 0 ? valueFor(`--${name}`, rest) : text.slice(equals + 1));
}

/** Letters may be joined: `-sSQ`, `-xFILE`. */
function readShort(letters: string, rest: string[], add: (name: string, value: string) => void): void {
  for (const [index, letter] of [...letters].entries()) {
    const option = Object.hasOwn(OPTIONS, letter) ? OPTIONS[letter] : undefined;
    if (!option) throw usage(`there is no option -${letter}`);
    const [name, takesValue] = option;
    if (takesValue) {
      const attached = letters.slice(index + 1);
      add(name, attached === '' ? valueFor(`-${letter}`, rest) : attached);
      return;
    }
    add(name, '');
  }
}

function valueFor(option: string, rest: string[]): string {
  const value = rest.shift();
  if (value === undefined) throw usage(`${option} needs a value`);
  return value;
}

function usage(problem: string): HoldfastError {
  return new HoldfastError('USAGE', { problem });
}
