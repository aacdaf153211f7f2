import type { XmlOutput } from '@holdfast/model';
import { parseRole, type ResourceInstance, Role, roleName } from '../state/index.ts';
import { PENDING_STATES, printedId } from './primitive-line.ts';
import { element } from './xml-element.ts';

/** A resource of any kind as the reference's elements. */
export function resourceXml(resource: ResourceInstance): XmlOutput {
  switch (resource.kind) {
    case 'primitive':
      return primitiveXml(resource);
    case 'group': {
      const members = resource.children.map(resourceXml);
      return element(
        'group',
        {
          id: resource.id,
          number_resources: members.length,
          managed: String(resource.managed),
          disabled: String(isDisabled(resource)),
        },
        members,
      );
    }
    case 'clone':
      return element(
        'clone',
        {
          id: resource.id,
          multi_state: String(resource.promotable),
          unique: String(resource.unique),
          managed: String(resource.managed),
          disabled: String(isDisabled(resource)),
          failed: String(resource.failed),
          failure_ignored: String(resource.ignoreFailure),
          target_role: resource.meta.get('target-role'),
        },
        resource.children.map(resourceXml),
      );
    case 'bundle':
      return bundleXml(resource);
  }
}

function bundleXml(resource: ResourceInstance): XmlOutput {
  const { bundle } = resource;
  const runtime = resource.configured.kind === 'bundle' ? resource.configured.container.runtime : undefined;
  const replicas = (bundle?.replicas ?? []).map((replica, index) => {
    const parts = [replica.ip, replica.child, replica.container, replica.remote];
    const shown = parts.filter((part) => part !== undefined).map(resourceXml);
    return element('replica', { id: index }, shown);
  });
  return element(
    'bundle',
    {
      id: resource.id,
      type: runtime,
      image: bundle?.image,
      unique: String(resource.unique),
      managed: String(resource.managed),
      failed: String(resource.failed),
    },
    replicas,
  );
}

function isDisabled(resource: ResourceInstance): boolean {
  const target = parseRole(resource.meta.get('target-role'));
  return target === Role.stopped || (target === Role.unpromoted && resource.promotable);
}

function primitiveXml(resource: ResourceInstance): XmlOutput {
  const agent = [resource.standard, resource.provider, resource.agent].filter((part) => part !== undefined);
  const promotable = isPromotable(resource);
  const role = resource.role === Role.started && promotable ? Role.unpromoted : resource.role;
  const active = resource.runningOn.some((node) => node.online || !resource.managed);
  return element(
    'resource',
    {
      id: printedId(resource),
      resource_agent: agent.join(':'),
      role: PENDING_STATES[resource.pendingTask ?? ''] ?? roleName(role),
      target_role: resource.meta.get('target-role'),
      active: String(active),
      orphaned: String(resource.removed),
      blocked: String(resource.blocked),
      managed: String(resource.managed),
      failed: String(resource.failed),
      failure_ignored: String(resource.ignoreFailure),
      nodes_running_on: resource.runningOn.length,
      pending: resource.pendingTask === 'monitor' ? 'Monitoring' : undefined,
      locked_to: resource.lockNode?.name,
    },
    resource.runningOn.map((node) =>
      element('node', { name: node.name, id: node.id, cached: String(node.online) }),
    ),
  );
}

function isPromotable(resource: ResourceInstance): boolean {
  for (let each: ResourceInstance | undefined = resource; each !== undefined; each = each.parent) {
    if (each.promotable) return true;
  }
  return false;
}
