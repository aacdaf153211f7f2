import type { ClusterState } from '../../state/cluster-state.ts';
import type { ResourceInstance } from '../../state/resource-instance.ts';

/** Finds what constraints refer to: resources, and tags or templates that stand for several. */
export class ConstraintResources {
  private readonly byId = new Map<string, ResourceInstance>();
  private readonly lists = new Map<string, string[]>();
  private readonly cloned = new Set<string>();

  /**
   * What is cloned has no name of its own: its instances are known by their numbers, and constraints name the clone.
   * The name does stand for the whole clone once an anonymous instance has a history under it, as agents run under it.
   *
   * @param options.namesOfCloned it always does, so that nothing changes with the first history
   */
  constructor(state: ClusterState, options: { readonly namesOfCloned: boolean }) {
    for (const resource of state.allResources) {
      if (!this.byId.has(resource.id)) this.byId.set(resource.id, resource);
      const configured = resource.configured.id;
      if (configured === resource.id || this.byId.has(configured)) continue;
      const known = resource.historyKnown && resource.historyId === configured;
      if (known || options.namesOfCloned) this.byId.set(configured, resource.top());
      else this.cloned.add(configured);
    }
    for (const id of this.byId.keys()) this.cloned.delete(id);
    const users = new Map<string, Set<string>>();
    for (const resource of state.allResources) {
      const { configured } = resource;
      if (configured.kind !== 'primitive' || configured.template === undefined) continue;
      const list = users.get(configured.template) ?? new Set();
      users.set(configured.template, list.add(configured.id));
    }
    for (const [template, ids] of users) this.lists.set(template, [...ids]);
    for (const tag of state.tags.values()) this.lists.set(tag.id, [...tag.members]);
  }

  /** The resource of that name; undefined if there is none. */
  one(id: string): ResourceInstance | undefined {
    return this.byId.get(id);
  }

  /**
   * The first of these names, or of what tags and templates among them stand for, that is of something cloned and does
   * not stand for the clone.
   */
  firstCloned(ids: readonly string[]): string | undefined {
    return ids.flatMap((id) => this.listed(id) ?? [id]).find((id) => this.cloned.has(id));
  }

  /** Members of a tag or users of a template; undefined if the id is neither. */
  listed(id: string): readonly string[] | undefined {
    return this.byId.has(id) ? undefined : this.lists.get(id);
  }

  /** Resources in a set: tags and templates in it are replaced by what they stand for. */
  inSet(ids: readonly string[]): ResourceInstance[] {
    const found: ResourceInstance[] = [];
    for (const id of ids) {
      for (const member of this.listed(id) ?? [id]) {
        const resource = this.one(member);
        if (resource !== undefined) found.push(resource);
      }
    }
    return found;
  }
}
