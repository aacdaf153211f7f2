import type { StatusReport } from '@holdfast/client';
import { Flags } from '@oclif/core';
import { HoldfastCommand } from '../command/holdfast-command.ts';
import { formatStatus } from '../status/format-status.ts';
import { paint, wantsColour } from '../status/paint.ts';

/** `holdfast status`: the cluster as the asked member knows it. */
export class Status extends HoldfastCommand {
  static override summary =
    'Show nodes, resources, quorum, fencing, failures, and why something does not run.';
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status --watch',
    '<%= config.bin %> status --json',
  ];
  static override flags = {
    watch: Flags.boolean({ char: 'w', description: 'stay, and show each change', default: false }),
  };

  override async run(): Promise<StatusReport | undefined> {
    const { flags } = await this.parse(Status);
    if (flags.watch) return this.#watch(flags);
    const status = await this.client(flags).status();
    this.say(...this.#lines(status));
    return status;
  }

  async #watch(flags: { socket: string | undefined; timeout: number }): Promise<undefined> {
    const interrupted = new AbortController();
    process.once('SIGINT', () => interrupted.abort());
    const isTerminal = process.stdout.isTTY === true;
    for await (const item of this.client(flags).watch({ signal: interrupted.signal })) {
      if (item.kind !== 'status') continue;
      if (this.jsonEnabled()) process.stdout.write(`${JSON.stringify(item.status)}\n`);
      else {
        // A terminal is redrawn from the top; elsewhere each status follows the last.
        const text = this.#lines(item.status).join('\n');
        process.stdout.write(isTerminal ? `\u001b[H\u001b[2J${text}\n` : `${text}\n\n`);
      }
    }
    return undefined;
  }

  #lines(status: StatusReport): string[] {
    return formatStatus(status, {
      paint: paint(wantsColour(process.stdout, process.env)),
      nowMs: Date.now(),
    });
  }
}
