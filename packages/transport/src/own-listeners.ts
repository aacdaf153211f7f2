import type { Dialer } from './libp2p-node.ts';
import { toMultiaddr } from './peer-address.ts';

const RETRY_MS = 2000;

/** The addresses of this node, one per link. */
export class OwnListeners {
  readonly #dialer: Dialer;
  readonly #onFailed: (address: string, problem: Error) => void;
  readonly #retries = new Set<NodeJS.Timeout>();
  #stopped = false;

  constructor(dialer: Dialer, onFailed: (address: string, problem: Error) => void) {
    this.#dialer = dialer;
    this.#onFailed = onFailed;
  }

  /**
   * Listens on all of them. One that does not exist yet is tried again later: a network card that comes up
   * late must
   * not keep the daemon from its other links.
   *
   * @throws the system's error when all fail, or one is used by another process (EADDRINUSE)
   */
  async start(addresses: readonly string[]): Promise<void> {
    const failed: string[] = [];
    for (const address of addresses) {
      const problem = await this.#listen(address);
      if (!problem) continue;
      failed.push(address);
      this.#onFailed(address, problem);
      if (failed.length === addresses.length || problem.code === 'EADDRINUSE') throw problem;
    }
    for (const address of failed) this.#listenLater(address);
  }

  /** The addresses really listened on, as `host:port`. */
  addresses(): string[] {
    const addresses = this.#dialer.getListeners().flatMap((listener) => listener.getAddrs());
    return addresses.map((address) => {
      const [host, port] = address.getComponents().map((part) => part.value ?? '');
      return host?.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
    });
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#retries) clearTimeout(timer);
  }

  #listenLater(address: string): void {
    const timer = setTimeout(() => {
      this.#retries.delete(timer);
      void this.#listen(address).then((problem) => {
        if (problem && !this.#stopped) this.#listenLater(address);
      });
    }, RETRY_MS);
    this.#retries.add(timer);
  }

  async #listen(address: string): Promise<NodeJS.ErrnoException | undefined> {
    try {
      await this.#dialer.listen([toMultiaddr(address)]);
      return undefined;
    } catch (error) {
      return systemError(error as Error);
    }
  }
}

/** libp2p keeps only the text of what the system said. */
function systemError(error: Error): NodeJS.ErrnoException {
  const said = /listen (E[A-Z]+): .*/.exec(error.message);
  return said ? Object.assign(new Error(said[0]), { code: said[1] }) : error;
}
