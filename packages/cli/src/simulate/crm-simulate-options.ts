/** Where an option stands in the help. */
export type OptionGroup = 'output' | 'operations' | 'synthetic' | 'artifact' | 'source' | 'application';

export interface CrmSimulateOption {
  readonly short?: string;
  readonly long: string;
  /** Name of its value, if it takes one. */
  readonly value?: string;
  readonly group: OptionGroup;
  readonly help: string;
}

const flag = (group: OptionGroup, short: string, long: string, help: string): CrmSimulateOption => ({
  group,
  short,
  long,
  help,
});
const valued = (
  group: OptionGroup,
  short: string,
  long: string,
  value: string,
  help: string,
): CrmSimulateOption => ({ group, short, long, value, help });

/** Options of the reference's simulator, in the order of its help. */
export const CRM_SIMULATE_OPTIONS: readonly CrmSimulateOption[] = [
  {
    group: 'output',
    long: 'output-as',
    value: 'FORMAT',
    help: 'Form of the output: text (default), xml, none',
  },
  { group: 'output', long: 'output-to', value: 'DEST', help: 'File for the output ("-" for stdout)' },
  { group: 'output', long: 'text-fancy', help: 'Headings and bullets also beside scores' },
  flag('operations', 'R', 'run', 'Show what actions the cluster would take'),
  flag('operations', 'S', 'simulate', 'Like --run, and play the actions back and show the resulting status'),
  flag('operations', 'X', 'in-place', 'Like --simulate, and store the result in the input file'),
  flag('operations', 'A', 'show-attrs', 'Show node attributes'),
  flag('operations', 'c', 'show-failcounts', 'Show fail counts and failed actions'),
  flag('operations', 's', 'show-scores', 'Show allocation scores'),
  flag('operations', 'U', 'show-utilization', 'Show capacities and what is taken of them'),
  valued('operations', 'P', 'profile', 'DIR', 'Process all the XML files of a folder and print timings'),
  valued('operations', 'N', 'repeat', 'N', 'With --profile, repeat each file N times'),
  valued('synthetic', 'u', 'node-up', 'NODE', 'Bring a node online'),
  valued('synthetic', 'd', 'node-down', 'NODE', 'Take a node offline'),
  valued('synthetic', 'f', 'node-fail', 'NODE', 'Let a node fail'),
  valued('synthetic', 'i', 'op-inject', 'OPSPEC', 'Record an operation result for the cluster to react to'),
  valued('synthetic', 'F', 'op-fail', 'OPSPEC', 'If the operation occurs in the simulation, let it fail'),
  valued('synthetic', 't', 'set-datetime', 'DATETIME', 'Set date and time (ISO 8601)'),
  valued('synthetic', 'q', 'quorum', 'QUORUM', "Set to '1' (or 'true') for a cluster with quorum"),
  valued(
    'synthetic',
    'w',
    'watchdog',
    'DEVICE',
    "Set to '1' (or 'true') for a cluster with an active watchdog",
  ),
  valued('synthetic', 'g', 'ticket-grant', 'TICKET', 'Grant a ticket'),
  valued('synthetic', 'r', 'ticket-revoke', 'TICKET', 'Revoke a ticket'),
  valued('synthetic', 'b', 'ticket-standby', 'TICKET', 'Make a ticket standby'),
  valued('synthetic', 'e', 'ticket-activate', 'TICKET', 'Activate a ticket'),
  valued('artifact', 'I', 'save-input', 'FILE', 'Save the input configuration to a file'),
  valued('artifact', 'O', 'save-output', 'FILE', 'Save the output configuration to a file'),
  valued('artifact', 'G', 'save-graph', 'FILE', 'Save the transition graph (XML) to a file'),
  valued('artifact', 'D', 'save-dotfile', 'FILE', 'Save the transition graph (DOT) to a file'),
  flag('artifact', 'a', 'all-actions', 'Show all possible actions in the DOT graph'),
  flag('source', 'L', 'live-check', 'Ask the cluster for its state'),
  valued('source', 'x', 'xml-file', 'FILE', 'Read XML from a file'),
  flag('source', 'p', 'xml-pipe', 'Read XML from stdin'),
  flag('application', '$', 'version', 'Display the version and exit'),
  flag('application', 'V', 'verbose', 'Show warnings about the input'),
  flag('application', 'Q', 'quiet', 'Display only essential output'),
];

const TITLES: Readonly<Record<OptionGroup, string>> = {
  output: 'Output Options',
  operations: 'Operations',
  synthetic: 'Synthetic Cluster Events',
  artifact: 'Artifact Options',
  source: 'Data Source',
  application: 'Application Options',
};

const INTRODUCTION = `Usage:
  crm_simulate [OPTION?]

crm_simulate - simulate a cluster's response to events
`;

const OPERATIONS = `Operation Specification:

OPSPEC is \${resource}_\${task}_\${interval_in_ms}@\${node}=\${rc}
(memcached_monitor_20000@bart.example.com=7, for example); \${rc} is an OCF return code.
`;

/** The help texts by the option that asks for them. */
export const HELP_OPTIONS: ReadonlyMap<string, readonly OptionGroup[]> = new Map<
  string,
  readonly OptionGroup[]
>([
  ['help', ['application']],
  ['help-all', ['output', 'operations', 'synthetic', 'artifact', 'source', 'application']],
  ['help-output', ['output']],
  ['help-operations', ['operations']],
  ['help-synthetic', ['synthetic']],
  ['help-artifact', ['artifact']],
  ['help-source', ['source']],
]);

/** Usage with the options of some groups. */
export function crmSimulateHelp(groups: readonly OptionGroup[]): string {
  const helps = [...HELP_OPTIONS.keys()].map((name) => `  ${`${name === 'help' ? '-h, ' : ''}--${name}`}\n`);
  const sections = groups.map((group) => {
    const lines = CRM_SIMULATE_OPTIONS.filter((option) => option.group === group).map(helpLine);
    return `${TITLES[group]}:\n${lines.join('')}`;
  });
  return [INTRODUCTION, `Help Options:\n${helps.join('')}`, ...sections, OPERATIONS].join('\n');
}

const NAME_WIDTH = 33;

function helpLine({ short, long, value, help }: CrmSimulateOption): string {
  const name = `${short === undefined ? '' : `-${short}, `}--${long}${value === undefined ? '' : `=${value}`}`;
  return `  ${name.padEnd(NAME_WIDTH)}${help}\n`;
}
