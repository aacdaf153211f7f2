/** Who was removed from the cluster, and when: what the log says, for L2 and L3. */
export class Removals {
  private readonly removed: { readonly node: string; readonly atMs: number }[] = [];

  lost(node: string, atMs: number): void {
    this.removed.push({ node, atMs });
  }

  /** Names in order, one for each time that a member was declared lost since. */
  since(atMs: number): readonly string[] {
    return this.removed.filter((each) => each.atMs >= atMs).map(({ node }) => node);
  }
}
