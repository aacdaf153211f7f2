import type { Constraint, ResourceSet } from '../configuration/constraint.ts';
import type { Rule } from '../configuration/rule.ts';
import { formatRule } from './format-rules.ts';
import { type XmlOutput, xml } from './format-xml.ts';

export function formatConstraint(constraint: Constraint): XmlOutput {
  const sets = constraint.sets.map(formatSet);
  switch (constraint.kind) {
    case 'location': {
      const { id, resource, pattern, node, score, role, resourceDiscovery, rules, lifetime } = constraint;
      return xml(
        'rsc_location',
        {
          id,
          rsc: resource,
          'rsc-pattern': pattern,
          node,
          score,
          role,
          'resource-discovery': resourceDiscovery,
        },
        [...sets, ...rules.map(formatRule), ...formatLifetime(lifetime)],
      );
    }
    case 'colocation': {
      const { id, score, resource, role, withResource, withRole, nodeAttribute, influence, lifetime } =
        constraint;
      const attributes = {
        id,
        score,
        rsc: resource,
        'rsc-role': role,
        'with-rsc': withResource,
        'with-rsc-role': withRole,
        'node-attribute': nodeAttribute,
        influence,
      };
      return xml('rsc_colocation', attributes, [...sets, ...formatLifetime(lifetime)]);
    }
    case 'order': {
      const {
        id,
        first,
        firstAction,
        then,
        thenAction,
        orderKind,
        score,
        symmetrical,
        requireAll,
        lifetime,
      } = constraint;
      const attributes = {
        id,
        first,
        'first-action': firstAction,
        then,
        'then-action': thenAction,
        kind: orderKind,
        score,
        symmetrical,
        'require-all': requireAll,
      };
      return xml('rsc_order', attributes, [...sets, ...formatLifetime(lifetime)]);
    }
    case 'ticket': {
      const { id, ticket, resource, role, lossPolicy } = constraint;
      return xml(
        'rsc_ticket',
        { id, ticket, rsc: resource, 'rsc-role': role, 'loss-policy': lossPolicy },
        sets,
      );
    }
  }
}

function formatSet(set: ResourceSet): XmlOutput {
  const members = set.members.map((id) => xml('resource_ref', { id }));
  return xml('resource_set', { id: set.id, 'id-ref': set.idRef, ...set.attributes }, members);
}

function formatLifetime(rules: readonly Rule[] | undefined): XmlOutput[] {
  return rules === undefined ? [] : [xml('lifetime', {}, rules.map(formatRule))];
}
