/**
 * The layer table: what each package may import of the others. Imports point down only. `test/structure` holds the code
 * against it, and ARCHITECTURE.md explains it.
 */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  model: [],
  protocol: ['model'],
  ports: [],
  consensus: ['model', 'ports'],
  membership: ['model', 'ports'],
  'policy-engine': ['model'],
  transition: ['model', 'ports'],
  fencing: ['model', 'ports'],
  node: ['model', 'protocol', 'ports', 'consensus', 'membership', 'policy-engine', 'transition', 'fencing'],
  store: ['model', 'ports', 'protocol'],
  transport: ['model', 'ports', 'protocol'],
  executor: ['model', 'ports'],
  'agent-sdk': ['model'],
  client: ['protocol', 'model'],
  daemon: [
    'model',
    'protocol',
    'ports',
    'consensus',
    'membership',
    'policy-engine',
    'transition',
    'fencing',
    'node',
    'store',
    'transport',
    'executor',
  ],
  cli: ['client', 'model', 'policy-engine'],
  simulator: [
    'node',
    'ports',
    'model',
    'protocol',
    'consensus',
    'membership',
    'policy-engine',
    'transition',
    'fencing',
  ],
};

/** L0 to L2: pure and deterministic. */
export const PURE_PACKAGES = [
  'model',
  'protocol',
  'ports',
  'consensus',
  'membership',
  'policy-engine',
  'transition',
  'fencing',
  'node',
] as const;
