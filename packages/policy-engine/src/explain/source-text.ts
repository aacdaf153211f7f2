/** Sources of scores that no constraint of the configuration is. */
const SOURCES: Readonly<Record<string, string>> = {
  '#group-members': 'stays with the other members of its group',
  '#resource-with-container': 'stays with its container',
  '#ip-with-container': 'the address is where the container is',
  '#replica-remote-with-host-remote': 'the connection goes through the node that is connected to the host',
  '#replica': 'runs inside its own replica only',
  '#members-only': 'only full members can run it',
  '#container': 'runs inside its container only',
  '#instances': 'no more instances fit on the node',
  '#capacity': 'the node has too little capacity left',
  '#not-allowed': 'no location constraint allows this node',
  '#placement': 'follows from the placement so far',
  'node-score': 'score of the node',
  stickiness: 'stays where it is (stickiness)',
  'promotion score': 'its promotion score',
  'target-role': 'is to be stopped (target-role)',
  'migration threshold': 'failed too often there (migration-threshold)',
  'shutdown-lock': 'locked to the node that shuts down',
  'hard-error': 'its agent said that it cannot run there',
  'fatal-error': 'its agent said that it is configured wrongly',
  'stop failed': 'its stop failed there',
  'failed with on-fail=migrate': 'failed there (on-fail=migrate)',
  'resource-discovery=exclusive': 'runs only where a constraint with resource-discovery=exclusive lets it',
  'not managed': 'is not managed',
  'symmetric default': 'may run anywhere',
  'inside of a bundle': 'cannot run inside of a bundle',
  'beside its container': 'runs beside its container',
};

/** A source of scores in words; constraints go by their id. */
export function describeSource(source: string): string {
  return SOURCES[source] ?? source;
}

/** What keeps a resource off a node: constraints by their ids, and everything else in words. */
export function describeBans(sources: readonly string[]): string {
  const constraints: string[] = [];
  const words: string[] = [];
  for (const source of new Set(sources)) {
    if (SOURCES[source] === undefined) constraints.push(source);
    else words.push(SOURCES[source]);
  }
  const parts = [...(constraints.length > 0 ? [`banned by ${constraints.join(', ')}`] : []), ...words];
  return parts.length > 0 ? parts.join(', ') : 'banned';
}
