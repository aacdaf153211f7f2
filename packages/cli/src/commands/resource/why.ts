import { HoldfastError } from '@holdfast/model';
import { formatExplanation, type ResourceExplanation } from '@holdfast/policy-engine';
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
      for (const each of explanationsOf(answer)) this.say(formatExplanation(each).trimEnd());
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
