import type { AttributeBlock, Configuration, Resource } from '@holdfast/model';

/**
 * Whether nodes have to be unfenced: if any meta attribute of the configuration says that a device provides
 * unfencing or that a resource requires it. Wherever that is written, it holds for all resources.
 */
export function configuresUnfencing(configuration: Configuration): boolean {
  const { resources, templates, resourceDefaults } = configuration;
  if (mentionsUnfencing(resourceDefaults)) return true;
  return templates.some(({ meta }) => mentionsUnfencing(meta)) || resources.some(resourceMentions);
}

function resourceMentions(resource: Resource): boolean {
  if (mentionsUnfencing(resource.meta)) return true;
  switch (resource.kind) {
    case 'primitive':
      return false;
    case 'group':
      return resource.members.some(resourceMentions);
    case 'clone':
      return resourceMentions(resource.child);
    case 'bundle':
      return resource.child !== undefined && resourceMentions(resource.child);
  }
}

function mentionsUnfencing(blocks: readonly AttributeBlock[]): boolean {
  return blocks.some(({ pairs }) =>
    pairs.some(({ name, value }) => (name === 'provides' || name === 'requires') && value === 'unfencing'),
  );
}
