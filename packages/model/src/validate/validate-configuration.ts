import { type Entity, entitiesOf, entityKey } from '../change/entity.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { primitivesOf } from '../configuration/primitives-of.ts';
import type { Primitive } from '../configuration/resource.ts';
import { LIMITS } from '../limits.ts';
import { checkEntity } from './check-entity.ts';
import { EMPTY_INDEX, updateIndex } from './configuration-index.ts';
import { findLoops } from './find-loops.ts';
import { findTooManyPairs } from './find-too-many-pairs.ts';
import type { Finding } from './finding.ts';
import { parseDurationMs } from './value-syntax.ts';

/** All that was found about a configuration. Without errors it may be applied. */
export interface ValidationResult {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** What else is known when a configuration is checked. */
export interface ValidationOptions {
  /** Names of the members; with them, constraints that name another node are told. @default not checked */
  readonly nodes?: readonly string[];
}

/** Checks a whole configuration: every object, ids, references, constraint loops, fencing, names of nodes. */
export function validateConfiguration(
  configuration: Configuration,
  options: ValidationOptions = {},
): ValidationResult {
  const entities = entitiesOf(configuration);
  const differences = entities.map((after) => ({ key: entityKey(after), before: undefined, after }));
  const ofEntities: Finding[] = [];
  for (const { key, after } of differences)
    checkEntity(after, (level, id, problem) => ofEntities.push({ level, entity: key, id, problem }));
  const tooMany = findTooManyPairs(configuration);
  const findings: readonly Finding[] = [
    ...updateIndex(EMPTY_INDEX, differences, () => entities).findings,
    ...ofEntities,
    // Loops are looked for along each pair.
    ...(tooMany.length > 0 ? tooMany : findLoops(configuration)),
    ...monitorWarnings(configuration),
    ...nodeWarnings(configuration, options.nodes),
    ...fencingWarnings(configuration),
  ];
  return {
    errors: findings.filter((each) => each.level === 'error').slice(0, LIMITS.reportedProblems),
    warnings: findings.filter((each) => each.level === 'warning').slice(0, LIMITS.reportedProblems),
  };
}

/** Location constraints that name a node nobody configured: often a typing error, but allowed. */
function nodeWarnings(configuration: Configuration, nodes: readonly string[] | undefined): Finding[] {
  if (nodes === undefined) return [];
  const known = new Set<string>(nodes);
  for (const node of configuration.nodes) known.add(node.name).add(node.id);
  const findings: Finding[] = [];
  for (const value of configuration.constraints) {
    if (value.kind !== 'location' || value.node === undefined || known.has(value.node)) continue;
    findings.push({
      level: 'warning',
      entity: entityKey({ kind: 'constraint', value }),
      id: value.id,
      problem: `${value.id}: there is no node ${value.node}`,
    });
  }
  return findings;
}

/** Resources nobody watches: their failures go unnoticed. Agents of templates and fence devices are left out. */
function monitorWarnings(configuration: Configuration): Finding[] {
  return configuration.resources.flatMap((value) =>
    primitivesOf(value)
      .filter((each) => each.template === undefined && each.class !== 'stonith' && !isWatched(each))
      .map(
        ({ id }): Finding => ({
          level: 'warning',
          entity: entityKey({ kind: 'resource', value }),
          id,
          problem: `${id} has no monitor operation: its failures are not noticed`,
        }),
      ),
  );
}

function isWatched({ operations, operationsContainer }: Primitive): boolean {
  if (operationsContainer?.idRef !== undefined) return true;
  return operations.some(
    (each) =>
      each.idRef !== undefined ||
      (each.name === 'monitor' && parseDurationMs(each.attributes.interval ?? '0') !== 0),
  );
}

function fencingWarnings(configuration: Configuration): Finding[] {
  const resources = configuration.resources;
  if (resources.length === 0 || resources.flatMap(primitivesOf).some((each) => each.class === 'stonith'))
    return [];
  return [
    {
      level: 'warning',
      entity: entityKey({
        kind: 'resource',
        value: resources[0] as Extract<Entity, { kind: 'resource' }>['value'],
      }),
      id: 'fencing',
      problem: 'no fencing device is configured: resources of a lost node are not recovered',
    },
  ];
}
