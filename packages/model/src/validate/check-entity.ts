import type { Entity } from '../change/entity.ts';
import type { AttributeBlock } from '../configuration/attributes.ts';
import { LIMITS } from '../limits.ts';
import { checkBlock, checkBlocks } from './check-attributes.ts';
import { checkConstraint } from './check-constraint.ts';
import { checkResource, checkTemplate } from './check-resource.ts';
import { factsOf } from './entity-facts.ts';
import type { Report } from './finding.ts';
import { CLUSTER_OPTIONS, currentOptionName, OPERATION_META, RESOURCE_META } from './known-names.ts';

/** Checks everything about an entity that can be told from the entity alone. */
export function checkEntity(entity: Entity, report: Report): void {
  for (const { id } of factsOf(entity).ids) checkId(id, report);
  if (isSet(entity) && entity.value.id === undefined && entity.value.idRef === undefined)
    report('error', entity.kind, `a set of ${entity.kind} has no id`);
  switch (entity.kind) {
    case 'resource':
      checkResource(entity.value, report);
      return;
    case 'template':
      checkTemplate(entity.value, report);
      return;
    case 'constraint':
      checkConstraint(entity.value, report);
      return;
    case 'options':
      checkBlock(entity.value, entity.value.id ?? 'property', report, {
        table: CLUSTER_OPTIONS,
        noun: 'cluster option',
        rename: currentOptionName,
      });
      return;
    case 'resource-defaults':
      checkBlock(entity.value, entity.value.id ?? 'rsc_defaults', report, {
        table: RESOURCE_META,
        noun: 'meta attribute',
      });
      return;
    case 'operation-defaults':
      checkBlock(entity.value, entity.value.id ?? 'op_defaults', report, {
        table: OPERATION_META,
        noun: 'operation attribute',
      });
      return;
    case 'node':
      if (entity.value.name === '') report('error', entity.value.id, 'a node has no name');
      checkBlocks(entity.value.attributes, entity.value.name, report);
      checkBlocks(entity.value.utilization, entity.value.name, report);
      return;
    case 'fencing-level':
      checkLevel(entity.value, report);
      return;
    case 'tag':
      if (entity.value.members.length === 0)
        report('error', entity.value.id, `the tag ${entity.value.id} has no members`);
      return;
    case 'alert':
      if (!entity.value.attributes.id) report('error', 'alert', 'an alert has no id');
      if (!entity.value.attributes.path)
        report('error', entity.value.attributes.id ?? 'alert', 'an alert has no path');
      return;
    case 'acl':
      if (!entity.value.attributes.id) report('error', 'acl', `an ${entity.value.name} has no id`);
      return;
  }
}

function isSet(entity: Entity): entity is Extract<Entity, { value: AttributeBlock }> {
  return (
    entity.kind === 'options' || entity.kind === 'resource-defaults' || entity.kind === 'operation-defaults'
  );
}

function checkLevel(level: Extract<Entity, { kind: 'fencing-level' }>['value'], report: Report): void {
  const owner = level.id ?? 'fencing_topology';
  const index = Number(level.index);
  if (!Number.isInteger(index) || index < 1 || index > 9)
    report('error', owner, `${owner}: the level "${level.index}" is not a number from 1 to 9`);
  if (level.devices.trim() === '') report('error', owner, `${owner}: a level has no devices`);
  if (level.target === undefined && level.targetPattern === undefined && level.targetAttribute === undefined)
    report('error', owner, `${owner}: a level names no target`);
}

// Control characters and blanks would make an id impossible to write in a statement.
const BAD_ID = /[\s"'<>&]|\p{Cc}/u;

function checkId(id: string, report: Report): void {
  if (id === '') report('error', id, 'an id is empty');
  else if (id.length > LIMITS.idLength)
    report(
      'error',
      id.slice(0, 40),
      `the id ${id.slice(0, 40)}... is longer than ${LIMITS.idLength} characters`,
    );
  else if (BAD_ID.test(id))
    report('error', id, `the id "${id}" holds a blank or a character not allowed in ids`);
}
