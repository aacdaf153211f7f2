import { formatScore, HoldfastError } from '@holdfast/model';
import type { ResourceExplanation } from '@holdfast/policy-engine';
import { Args } from '@oclif/core';
import { HoldfastCommand } from '../../command/holdfast-command.ts';
import { explainState, reportsOf } from '../../status/resource-state.ts';

interface Explained {
  readonly transition: string;
  /** Of all resources or of the one asked for, as the version of the leader gives it. */
  readonly explanation:
    | readonly ResourceExplanation[]
    | { readonly resources?: readonly ResourceExplanation[] }
    | null;
}

/** `holdfast resource why ID`. */
export class ResourceWhy extends HoldfastCommand {
  static override summary = 'Explain why a resource runs where it runs, and why not elsewhere.';
  static override args = { id: Args.string({ description: 'the resource', required: true }) };

  override async run(): Promise<unknown> {
    const { args, flags } = await this.parse(ResourceWhy);
    const client = this.client(flags);
    const status = await client.status();
    const reports = reportsOf(status, args.id);
    if (reports.length === 0) throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'resource', id: args.id });
    const answers: Explained[] = [];
    for (const { id } of reports) {
      const answer = (await client.explain({ resource: id })) as Explained;
      answers.push(answer);
      for (const each of explanationsOf(answer))
        if (each.resource === id) this.say(...explainPlacement(each));
    }
    this.say(`now: ${explainState(status, args.id)}`);
    return answers;
  }
}

function explanationsOf({ explanation }: Explained): readonly ResourceExplanation[] {
  if (explanation === null) return [];
  return 'resources' in explanation
    ? (explanation.resources ?? [])
    : (explanation as readonly ResourceExplanation[]);
}

/** Names of constraints that nobody wrote. */
const INTERNAL: Readonly<Record<string, string>> = {
  '#group-members': 'stays with the other members of its group',
};

/** One resource with the scores of each node, best first, and what blocks its actions. */
function explainPlacement({ resource, nodes, actions }: ResourceExplanation): string[] {
  const sorted = [...nodes].sort((a, b) => Number(b.chosen) - Number(a.chosen) || b.score - a.score);
  const lines = sorted.flatMap((node) => [
    `  ${node.chosen ? '*' : ' '} ${node.node}: ${formatScore(node.score)}${node.whyNot ? ` - ${node.whyNot}` : ''}`,
    ...node.contributions.map(
      ({ score, source }) => `      ${formatScore(score)} ${INTERNAL[source] ?? source}`,
    ),
  ]);
  const blocked = actions
    .filter((action) => !action.runnable)
    .map(({ key, reason, blockedBy }) => {
      const after = blockedBy.length > 0 ? ` after ${blockedBy.join(', ')}` : '';
      return `  blocked: ${key}${reason ? ` (${reason})` : ''}${after}`;
    });
  return [`${resource}:`, ...lines, ...blocked];
}
