/**
 * Upper bounds on everything that comes from outside as configuration. They exist so that no text, however hostile,
 * makes a member use unbounded memory or time; each is far above what the largest known clusters use.
 */
export const LIMITS = {
  /** Size of the whole configuration as JSON. Bounds the snapshot of the replicated log and one reader's memory. */
  configurationBytes: 32 * 1024 * 1024,
  /** Size of a text of statements. */
  sourceTextBytes: 32 * 1024 * 1024,
  /** Top-level objects (resources, constraints, nodes, option sets, ...). */
  objects: 50_000,
  /** Primitives in a CIB that is read, those in groups and clones included. */
  primitives: 100_000,
  /** Puts and deletes in one change. Equal to `objects`, so that a whole configuration can be loaded at once. */
  operationsPerChange: 50_000,
  /** Depth of nested rules and verbatim elements. */
  nesting: 20,
  /** Length of an id in characters. */
  idLength: 512,
  /** Length of one attribute value in characters. */
  valueLength: 256 * 1024,
  /** Entries of one list inside an object: members, pairs, operations, rules. */
  listLength: 20_000,
  /** Primitives that the instances of one clone consist of, unless it has one instance for each node. */
  instances: 1000,
  /** The same, of all clones of a configuration. */
  instancesTogether: 20_000,
  /** Replicas of one bundle, and of all bundles of a configuration; each may be a node. */
  replicas: 100,
  replicasTogether: 500,
  /** Resources, or pairs of them, that the sets, tags and patterns of all constraints together may relate. */
  constrainedPairs: 2_000_000,
  /** Length in characters of a text made from what was computed. One string can hold little more. */
  printedLength: 400_000_000,
  /** Problems reported at once; the rest are counted only. */
  reportedProblems: 100,
} as const;
