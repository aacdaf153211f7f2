import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { HoldfastError } from '@holdfast/model';
import type { LogLevel } from '@holdfast/ports';

/** Port of a link when the configuration names only a host. */
export const DEFAULT_PORT = 7420;
/** Where a packaged daemon looks for its configuration. */
export const DEFAULT_CONFIGURATION_PATH = '/etc/holdfast/holdfast.json';

/** One network of the cluster; its index in `links` is the link number, the same on every member. */
export interface LinkSettings {
  /** `host:port` to listen on; the host is an IP address. */
  readonly listen: string;
  /** `host:port` others connect to. @default `listen` */
  readonly advertise: string;
}

/** Switches for development and tests; absent in production. */
export interface DevelopmentSettings {
  /** Opens POST /v1/development, through which frames of chosen members are dropped. */
  readonly control: boolean;
  /** Value of HOLDFAST_DEV_NODE in every process this daemon starts; lets fence_dev find them. */
  readonly marker: string | null;
}

/** What is local to one machine: everything else is in the cluster's configuration. */
export interface LocalConfiguration {
  readonly name: string;
  readonly stateDir: string;
  readonly socket: string;
  readonly links: readonly LinkSettings[];
  readonly logLevel: LogLevel;
  /** Path of the log; null: standard output. */
  readonly logFile: string | null;
  /** OCF_ROOT: agents are in `ocfRoot`/resource.d/PROVIDER/TYPE. */
  readonly ocfRoot: string;
  /** Folders with PROVIDER/TYPE searched before OCF_ROOT: the agents Holdfast ships. */
  readonly agentDirs: readonly string[];
  /** Folders searched for fence agents, in order. */
  readonly fenceAgentDirs: readonly string[];
  /** Path of the watchdog device; null: none. */
  readonly watchdog: string | null;
  /** Share of time between heartbeats; see docs/operations.md for the trade-off. */
  readonly heartbeatIntervalMs: number;
  /** Silence on every link after which a member counts as lost. At least 3 heartbeats. */
  readonly detectionTimeoutMs: number;
  /** How long a stop signal waits for resources to move away before the daemon ends without them. */
  readonly stopTimeoutMs: number;
  readonly development: DevelopmentSettings;
}

const DEFAULTS = {
  stateDir: '/var/lib/holdfast',
  socket: '/run/holdfast/holdfast.sock',
  logLevel: 'info',
  ocfRoot: '/usr/lib/ocf',
  agentDirs: ['/usr/lib/holdfast/agents'],
  fenceAgentDirs: ['/usr/lib/holdfast/fence', '/usr/sbin', '/usr/local/sbin'],
  heartbeatIntervalMs: 200,
  detectionTimeoutMs: 1000,
  stopTimeoutMs: 60_000,
} as const;

const LEVELS: readonly string[] = ['debug', 'info', 'warn', 'error', 'fatal'];
/** Every setting of the file. */
export const SETTINGS: readonly string[] = [
  'name',
  'stateDir',
  'socket',
  'links',
  'logLevel',
  'logFile',
  'ocfRoot',
  'agentDirs',
  'fenceAgentDirs',
  'watchdog',
  'heartbeatIntervalMs',
  'detectionTimeoutMs',
  'stopTimeoutMs',
  'development',
];
/** Linux limits the path of a Unix socket to 107 bytes. */
const SOCKET_PATH_LIMIT = 107;

/** Reads and checks the file. @throws HoldfastError LOCAL_CONFIG_INVALID, naming the setting. */
export function loadLocalConfiguration(path: string): LocalConfiguration {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new HoldfastError('LOCAL_CONFIG_INVALID', { path, problem: `cannot be read (${code})` });
  }
  return parseLocalConfiguration(text, path);
}

/** Checks the text of a local configuration; `path` is only named in errors. @throws HoldfastError LOCAL_CONFIG_INVALID */
export function parseLocalConfiguration(text: string, path: string): LocalConfiguration {
  const fields = new FieldReader(parseObject(text, path), path);
  for (const key of fields.keys()) {
    if (!SETTINGS.includes(key)) fields.refuse(`unknown setting "${key}" (known: ${SETTINGS.join(', ')})`);
  }
  const name = fields.text('name');
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) {
    fields.refuse('"name" must have 1 to 63 letters, digits, dots, dashes or underscores');
  }
  const heartbeatIntervalMs = fields.count('heartbeatIntervalMs', DEFAULTS.heartbeatIntervalMs, 20, 10_000);
  const detectionTimeoutMs = fields.count('detectionTimeoutMs', DEFAULTS.detectionTimeoutMs, 100, 60_000);
  if (detectionTimeoutMs < 3 * heartbeatIntervalMs) {
    fields.refuse('"detectionTimeoutMs" must be at least 3 times "heartbeatIntervalMs"');
  }
  const logLevel = fields.text('logLevel', DEFAULTS.logLevel);
  if (!LEVELS.includes(logLevel)) fields.refuse(`"logLevel" must be one of ${LEVELS.join(', ')}`);
  const socket = fields.path('socket', DEFAULTS.socket);
  if (Buffer.byteLength(socket) > SOCKET_PATH_LIMIT) {
    fields.refuse(`"socket" is longer than ${SOCKET_PATH_LIMIT} bytes, the system's limit`);
  }
  return {
    name,
    stateDir: fields.path('stateDir', DEFAULTS.stateDir),
    socket,
    links: readLinks(fields),
    logLevel: logLevel as LogLevel,
    logFile: fields.has('logFile') ? fields.path('logFile') : null,
    ocfRoot: fields.path('ocfRoot', DEFAULTS.ocfRoot),
    agentDirs: fields.paths('agentDirs', DEFAULTS.agentDirs),
    fenceAgentDirs: fields.paths('fenceAgentDirs', DEFAULTS.fenceAgentDirs),
    watchdog: fields.has('watchdog') ? fields.path('watchdog') : null,
    heartbeatIntervalMs,
    detectionTimeoutMs,
    stopTimeoutMs: fields.count('stopTimeoutMs', DEFAULTS.stopTimeoutMs, 0, 3_600_000),
    development: readDevelopment(fields),
  };
}

function readLinks(fields: FieldReader): LinkSettings[] {
  const links = fields.value('links');
  if (!Array.isArray(links) || links.length === 0 || links.length > 8) {
    fields.refuse('"links" must be a list of 1 to 8 links, each { "listen": "ADDRESS:PORT" }');
  }
  return links.map((link: unknown, index) => {
    const record: Readonly<Record<string, unknown>> =
      typeof link === 'string' ? { listen: link } : isRecord(link) ? link : {};
    const { listen, advertise = listen } = record;
    if (typeof listen !== 'string') fields.refuse(`link ${index} needs "listen": "ADDRESS:PORT"`);
    if (typeof advertise !== 'string') fields.refuse(`"advertise" of link ${index} must be "HOST:PORT"`);
    const full = withPort(listen);
    if (!isIP(hostOf(full)))
      fields.refuse(`"listen" of link ${index} must name an IP address, not a host name`);
    return { listen: full, advertise: withPort(advertise) };
  });
}

function readDevelopment(fields: FieldReader): DevelopmentSettings {
  if (!fields.has('development')) return { control: false, marker: null };
  const value = fields.value('development');
  if (!isRecord(value)) fields.refuse('"development" must be an object');
  const { control = false, marker = null } = value;
  if (typeof control !== 'boolean') fields.refuse('"development.control" must be true or false');
  if (marker !== null && typeof marker !== 'string') fields.refuse('"development.marker" must be text');
  return { control, marker };
}

function withPort(address: string): string {
  if (isIP(address) === 6) return `[${address}]:${DEFAULT_PORT}`;
  return /:\d+$/.test(address) ? address : `${address}:${DEFAULT_PORT}`;
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(text: string, path: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new HoldfastError('LOCAL_CONFIG_INVALID', {
      path,
      problem: `is not JSON: ${(error as Error).message}`,
    });
  }
  if (!isRecord(value))
    throw new HoldfastError('LOCAL_CONFIG_INVALID', { path, problem: 'is not an object' });
  return value;
}

/** Reads single settings and names them in errors. */
class FieldReader {
  readonly #record: Readonly<Record<string, unknown>>;
  readonly #path: string;

  constructor(record: Readonly<Record<string, unknown>>, path: string) {
    this.#record = record;
    this.#path = path;
  }

  keys(): string[] {
    return Object.keys(this.#record);
  }

  has(key: string): boolean {
    return this.#record[key] !== undefined && this.#record[key] !== null;
  }

  value(key: string): unknown {
    return this.#record[key];
  }

  refuse(problem: string): never {
    throw new HoldfastError('LOCAL_CONFIG_INVALID', { path: this.#path, problem });
  }

  text(key: string, standard?: string): string {
    const value = this.#record[key] ?? standard;
    if (typeof value !== 'string' || value === '') this.refuse(`"${key}" must be text`);
    return value;
  }

  path(key: string, standard?: string): string {
    const value = this.text(key, standard);
    if (!isAbsolute(value)) this.refuse(`"${key}" must be an absolute path`);
    return value;
  }

  paths(key: string, standard: readonly string[]): readonly string[] {
    const value = this.#record[key] ?? standard;
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string' && isAbsolute(item))) {
      this.refuse(`"${key}" must be a list of absolute paths`);
    }
    return value as readonly string[];
  }

  count(key: string, standard: number, least: number, most: number): number {
    const value = this.#record[key] ?? standard;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      this.refuse(`"${key}" must be a whole number from ${least} to ${most}`);
    }
    return value;
  }
}
