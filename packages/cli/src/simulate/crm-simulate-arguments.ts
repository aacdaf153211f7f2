import { parseOperationSpec } from '@holdfast/policy-engine';
import { CRM_SIMULATE_OPTIONS, crmSimulateHelp, HELP_OPTIONS } from './crm-simulate-options.ts';
import type { SimulationRequest } from './simulation-request.ts';

/** What is wrong with a command line, in the reference's words, with its exit code. */
export class CrmUsageError extends Error {
  override name = 'CrmUsageError';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Wrong usage, and an output format that does not exist. */
const EXIT_USAGE = 64;
const EXIT_OUTPUT = 105;

/** One call of `crm_simulate`: help, version, timings of a folder, or a simulation. */
export type CrmSimulateCall =
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }
  | { readonly kind: 'profile'; readonly path: string; readonly repeat: number }
  | {
      readonly kind: 'simulate';
      readonly request: SimulationRequest;
      readonly form: 'text' | 'xml' | 'none';
      /** File for the output instead of stdout. */
      readonly outputPath?: string;
      /** Store the result in the input file. */
      readonly inPlace: boolean;
      /** Show warnings about the input. */
      readonly verbose: boolean;
    };

/** Reads arguments as the reference's `crm_simulate` takes them. @throws CrmUsageError */
export function parseCrmSimulate(argv: readonly string[]): CrmSimulateCall {
  const values = collect(argv);
  const last = (name: string): string | undefined => values.get(name)?.at(-1);
  for (const [name, groups] of HELP_OPTIONS)
    if (values.has(name)) return { kind: 'help', text: crmSimulateHelp(groups) };
  if (values.has('version')) return { kind: 'version' };
  const form = last('output-as') ?? 'text';
  if (form !== 'text' && form !== 'xml' && form !== 'none')
    throw new CrmUsageError(`Error creating output format ${form}: Unknown output format`, EXIT_OUTPUT);
  const repeat = integerOption('N', last('repeat'), 1);
  const profile = last('profile');
  if (profile !== undefined) return { kind: 'profile', path: profile, repeat };
  const outputPath = last('output-to');
  return {
    kind: 'simulate',
    request: requestOf(values),
    form,
    ...(outputPath === undefined || outputPath === '-' ? {} : { outputPath }),
    inPlace: values.has('in-place'),
    verbose: values.has('verbose'),
  };
}

type Values = ReadonlyMap<string, readonly string[]>;

function requestOf(values: Values): SimulationRequest {
  const last = (name: string): string | undefined => values.get(name)?.at(-1);
  const all = (name: string): readonly string[] => values.get(name) ?? [];
  const simulate = values.has('simulate') || values.has('in-place');
  // Scores and files of a graph mean that it is made.
  const causes = ['run', 'save-graph', 'save-dotfile', 'show-scores', 'show-utilization'];
  const wantsGraph = causes.some((name) => values.has(name));
  return {
    input: inputOf(values),
    run: simulate || wantsGraph,
    simulate,
    quiet: values.has('quiet'),
    scores: values.has('show-scores'),
    utilization: values.has('show-utilization'),
    attributes: values.has('show-attrs'),
    failCounts: values.has('show-failcounts'),
    ...(values.has('text-fancy') ? { fancy: true } : {}),
    allActions: values.has('all-actions'),
    now: last('set-datetime'),
    events: eventsOf(values),
    // What is no operation cannot occur, and so cannot fail.
    failures: all('op-fail').filter((text) => parseOperationSpec(text) !== undefined),
    save: {
      dot: last('save-dotfile'),
      graph: last('save-graph'),
      input: last('save-input'),
      output: last('save-output'),
    },
  };
}

function eventsOf(values: Values): SimulationRequest['events'] {
  const all = (name: string): readonly string[] => values.get(name) ?? [];
  const quorum = values.get('quorum')?.at(-1);
  const watchdog = values.get('watchdog')?.at(-1);
  return {
    ...(quorum === undefined ? {} : { quorum }),
    ...(watchdog === undefined ? {} : { watchdog }),
    nodesUp: all('node-up'),
    nodesDown: all('node-down'),
    nodesFail: all('node-fail'),
    ticketsGranted: all('ticket-grant'),
    ticketsRevoked: all('ticket-revoke'),
    ticketsStandby: all('ticket-standby'),
    ticketsActivated: all('ticket-activate'),
    operations: all('op-inject'),
  };
}

/** The last source named counts; without any the cluster is asked. */
function inputOf(values: Values): SimulationRequest['input'] {
  const path = values.get('xml-file')?.at(-1);
  if (path !== undefined) return { kind: 'file', path };
  return values.has('xml-pipe') ? { kind: 'file', path: '-' } : { kind: 'live' };
}

function integerOption(short: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new CrmUsageError(`Cannot parse integer value “${text}” for -${short}`, EXIT_USAGE);
}

/** Long names with their values in order; an option without value has the empty text. Other words are ignored. */
function collect(argv: readonly string[]): Map<string, string[]> {
  const values = new Map<string, string[]>();
  const add = (name: string, value: string): void => {
    values.set(name, [...(values.get(name) ?? []), value]);
  };
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') break;
    if (word.startsWith('--')) readLong(word.slice(2), rest, add);
    else if (word.startsWith('-') && word.length > 1) readShort(word.slice(1), rest, add);
  }
  return values;
}

type Add = (name: string, value: string) => void;

function readLong(text: string, rest: string[], add: Add): void {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  if (HELP_OPTIONS.has(name)) {
    add(name, '');
    return;
  }
  const option = CRM_SIMULATE_OPTIONS.find(({ long }) => long === name);
  if (option === undefined) throw new CrmUsageError(`Unknown option --${name}`, EXIT_USAGE);
  if (option.value === undefined) add(name, '');
  else add(name, equals < 0 ? valueFor(`--${name}`, rest) : text.slice(equals + 1));
}

/** Letters may be joined: `-sSQ`, `-xFILE`. */
function readShort(letters: string, rest: string[], add: Add): void {
  for (const [index, letter] of [...letters].entries()) {
    const option = CRM_SIMULATE_OPTIONS.find(({ short }) => short === letter);
    if (letter === 'h') add('help', '');
    else if (option === undefined) throw new CrmUsageError(`Unknown option -${letter}`, EXIT_USAGE);
    else if (option.value !== undefined) {
      const attached = letters.slice(index + 1);
      add(option.long, attached === '' ? valueFor(`-${letter}`, rest) : attached);
      return;
    } else add(option.long, '');
  }
}

function valueFor(option: string, rest: string[]): string {
  const value = rest.shift();
  if (value === undefined) throw new CrmUsageError(`Missing argument for ${option}`, EXIT_USAGE);
  return value;
}
