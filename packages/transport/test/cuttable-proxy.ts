import { connect, createServer, type Server, type Socket } from 'node:net';

/** Passes TCP connections on to one address, until it is told to cut or to swallow them. */
export class CuttableProxy {
  readonly address: string;
  readonly #server: Server;
  readonly #target: { host: string; port: number };
  readonly #sockets = new Set<Socket>();
  #mode: 'pass' | 'refuse' | 'swallow' = 'pass';

  private constructor(server: Server, target: { host: string; port: number }) {
    this.#server = server;
    this.#target = target;
    this.address = `127.0.0.1:${(server.address() as { port: number }).port}`;
    server.on('connection', (socket) => this.#pass(socket));
  }

  static async start(target: string): Promise<CuttableProxy> {
    const [host, port] = target.split(':');
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return new CuttableProxy(server, { host: host!, port: Number(port) });
  }

  /** Ends every connection and refuses new ones. */
  cut(): void {
    this.#mode = 'refuse';
    for (const socket of this.#sockets) socket.destroy();
  }

  restore(): void {
    this.#mode = 'pass';
  }

  /** Keeps every connection open, old and new, and lets nothing through. */
  stall(): void {
    this.#mode = 'swallow';
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  /** New connections pass again; the old ones stay stalled, as after a change of routers. */
  passNewConnections(): void {
    this.#mode = 'pass';
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(socket: Socket): void {
    this.#keep(socket);
    if (this.#mode === 'refuse') socket.destroy();
    if (this.#mode !== 'pass') return;
    const onward = this.#keep(connect(this.#target));
    socket.pipe(onward).pipe(socket);
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    return socket;
  }
}
