import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

/** One order the power control has carried out. */
export interface PowerOrder {
  readonly action: string;
  readonly machine: string;
  /** Epoch milliseconds at which it was done. */
  readonly atMs: number;
}

/** Power control of the machine room: what fence_rack talks to. */
export class PowerControl {
  readonly orders: PowerOrder[] = [];
  readonly #server: Server;

  constructor(carryOut: (action: 'off' | 'on' | 'reboot', machine: string) => Promise<void>) {
    this.#server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (data) => {
        const [action = '', machine = ''] = data.toString().trim().split(' ');
        this.#obey(action, machine, carryOut).then(
          (answer) => socket.end(answer),
          (error) => socket.end(`failed: ${error}`),
        );
      });
    });
  }

  listen(path: string): Promise<void> {
    rmSync(path, { force: true });
    return new Promise((resolve) => this.#server.listen(path, () => resolve()));
  }

  stop(): void {
    this.#server.close();
  }

  async #obey(
    action: string,
    machine: string,
    carryOut: (action: 'off' | 'on' | 'reboot', machine: string) => Promise<void>,
  ): Promise<string> {
    if (action === 'monitor' || action === 'list' || action === 'status') return 'ok';
    if (action !== 'off' && action !== 'on' && action !== 'reboot') return `unknown action ${action}`;
    await carryOut(action, machine);
    this.orders.push({ action, machine, atMs: Date.now() });
    return 'ok';
  }
}
