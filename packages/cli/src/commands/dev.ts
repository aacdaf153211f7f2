import { HoldfastCommand } from '../command/holdfast-command.ts';
import { runDev } from '../dev/run-dev.ts';

/** `holdfast dev`: a cluster of real daemons on this machine, to try things. */
export class Dev extends HoldfastCommand {
  static override summary = 'Boot a cluster of real daemons on this machine, break it, and watch.';
  static override description =
    'start (default), tour, status, stop; kill, pause, resume, cut, heal NODE; fail RESOURCE. ' +
    'Options: --dir DIR, --example DIR, --nodes N, --port PORT.';
  static override examples = ['<%= config.bin %> dev', '<%= config.bin %> dev kill n1'];
  static override enableJsonFlag = false;
  static override strict = false;
  static override usage = 'dev [start|tour|status|stop|kill|pause|resume|cut|heal|fail] [NODE|RESOURCE]';

  override async run(): Promise<void> {
    if (this.argv.includes('--help')) return void (await this.config.runCommand('help', ['dev']));
    process.exitCode = await runDev(this.argv, (line) => this.say(line));
  }
}
