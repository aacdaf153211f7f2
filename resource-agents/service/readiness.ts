import { connect, type Socket } from 'node:net';

/** Longest beginning of an HTTP answer that is looked at. */
const STATUS_LINE_LENGTH = 64;

/** Where a TCP or HTTP check connects to. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Reads `host:port`, `[v6]:port`, `:port` or `port`. Undefined when the text is something else. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const match = /^(?:\[([^\]]+)\]:|([^:]*):)?(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535) return undefined;
  return { host: match[1] || match[2] || '127.0.0.1', port };
}

/** Connects. @returns the problem, or undefined when the connection was accepted */
export async function checkTcp(endpoint: Endpoint, timeoutMs: number): Promise<string | undefined> {
  return converse(endpoint, timeoutMs, (socket, done) => {
    socket.once('connect', () => done(undefined));
  });
}

/** Asks for a page. @returns the problem, or undefined when the status is 200 to 399 */
export async function checkHttp(url: URL, timeoutMs: number): Promise<string | undefined> {
  const endpoint = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 80) };
  // By hand, since loading an HTTP client would cost more than everything else a monitor does.
  return converse(endpoint, timeoutMs, (socket, done) => {
    let answer = '';
    socket.setEncoding('latin1');
    socket.once('connect', () => {
      const path = `${url.pathname}${url.search}`;
      socket.write(
        `GET ${path} HTTP/1.1\r\nHost: ${url.host}\r\nUser-Agent: holdfast\r\nConnection: close\r\n\r\n`,
      );
    });
    socket.on('data', (text: string) => {
      answer += text;
      const status = /^HTTP\/\d(?:\.\d)? (\d{3})/.exec(answer)?.[1];
      if (status !== undefined) {
        done(
          Number(status) >= 200 && Number(status) < 400
            ? undefined
            : `${url.href} answers with status ${status}`,
        );
      } else if (answer.length > STATUS_LINE_LENGTH) {
        done(`${url.href} does not answer in HTTP`);
      }
    });
    socket.once('end', () => done(`${url.href} closed the connection without an answer`));
  });
}

function converse(
  { host, port }: Endpoint,
  timeoutMs: number,
  talk: (socket: Socket, done: (problem: string | undefined) => void) => void,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (problem: string | undefined) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(problem);
    };
    const timer = setTimeout(() => done(`${host}:${port} does not answer within ${timeoutMs} ms`), timeoutMs);
    socket.once('error', (error: NodeJS.ErrnoException) =>
      done(`${host}:${port}: ${error.code ?? error.message}`),
    );
    talk(socket, done);
  });
}
