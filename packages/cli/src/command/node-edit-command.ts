import { HoldfastError } from '@holdfast/model';
import { Args } from '@oclif/core';
import { EditCommand } from './edit-command.ts';
import type { ConnectionFlags } from './holdfast-command.ts';

/** The arguments of such a command. oclif does not inherit them, so each command names them. */
export const NODE_ARGS = { node: Args.string({ description: 'the node; without it, this one' }) };

/** A command that changes something about a node; without a name, about the one the daemon runs on. */
export abstract class NodeEditCommand extends EditCommand {
  /** The name given, or that of the asked daemon. @throws HoldfastError NO_SUCH_OBJECT for an unknown node */
  protected async nodeNamed(flags: ConnectionFlags, name: string | undefined): Promise<string> {
    const status = await this.client(flags).status();
    if (name === undefined) return status.answeredBy;
    if (!status.nodes.some((each) => each.name === name))
      throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'node', id: name });
    return name;
  }
}
