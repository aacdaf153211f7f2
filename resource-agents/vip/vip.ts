import { existsSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import {
  type AgentContext,
  AgentError,
  ArgumentError,
  defineAgent,
  NotConfiguredError,
  NotInstalledError,
  PermissionError,
  parameter,
  SupervisedProcess,
} from '@holdfast/agent-sdk';
import { canonicalAddress, type InterfaceAddress, isInNetwork, type NetworkInterface } from './network.ts';

const PARAMETERS = {
  ip: parameter.string({
    text: 'IPv4 or IPv6 address',
    longText: 'The address to put on an interface of this host.',
    required: true,
    uniqueGroup: 'ip',
  }),
  cidr_netmask: parameter.integer({
    text: 'Prefix length',
    longText:
      'Length of the network prefix. Default: that of the network of the interface the address is in.',
    min: 0,
    max: 128,
  }),
  nic: parameter.string({
    text: 'Interface',
    longText: 'Name of the interface. Default: the interface that has an address in the same network.',
  }),
  arp_count: parameter.integer({
    text: 'Announcements',
    longText:
      'How often the address is announced to neighbours (gratuitous ARP): at once, then every second. More help where ' +
      'packets are lost; 0 switches announcing off.',
    default: 5,
    min: 0,
    max: 100,
  }),
};

type Context = AgentContext<typeof PARAMETERS>;

const SEND_ARP = '/usr/libexec/heartbeat/send_arp';
/** Duplicate address detection takes the kernel about a second by default. */
const DAD_TIMEOUT_MS = 8000;

/** A virtual IP address: on an interface of the node that runs it, and announced to the neighbours. */
export const vip = defineAgent({
  name: 'vip',
  version: '1.0',
  shortText: 'Virtual IP address',
  longText:
    'Puts an IPv4 or IPv6 address on an interface and tells the neighbours where it is now, by gratuitous ARP or ' +
    'unsolicited neighbour advertisements. Needs Linux, the command ip, and the capability CAP_NET_ADMIN.',
  parameters: PARAMETERS,
  times: {
    start: { timeoutMs: 20_000 },
    stop: { timeoutMs: 20_000 },
    monitor: { timeoutMs: 20_000, intervalMs: 10_000 },
  },

  async validate(context) {
    addressOf(context);
    placeFor(context, await interfaces(context));
  },

  async monitor(context) {
    const found = findAddress(context, await interfaces(context));
    if (found === undefined) return 'stopped';
    if (found.address.dadfailed) throw new AgentError(`another host has ${context.parameters.ip}`);
    if (!found.on.flags.includes('UP')) throw new AgentError(`interface ${found.on.ifname} is down`);
    return 'running';
  },

  async start(context) {
    const address = addressOf(context);
    const { nic, prefix } = placeFor(context, await interfaces(context));
    if (isIP(address) === 6) await addIpv6(context, { address, nic, prefix });
    else {
      await ip(context, ['address', 'add', `${address}/${prefix}`, 'brd', '+', 'dev', nic]);
      await announce(context, { address, nic });
    }
    context.log('info', `${address}/${prefix} is on ${nic}`);
  },

  async stop(context) {
    // An announcement after the address has moved would lead neighbours back here.
    await announcer(context).stop({ signal: 'SIGKILL', graceMs: 0 });
    const found = findAddress(context, await interfaces(context));
    if (found === undefined) return;
    const { local, prefixlen } = found.address;
    await ip(context, ['address', 'del', `${local}/${prefixlen}`, 'dev', found.on.ifname]);
  },
});

function addressOf(context: Context): string {
  const address = canonicalAddress(context.parameters.ip);
  if (address === undefined) throw new NotConfiguredError(`"${context.parameters.ip}" is not an IP address`);
  return address;
}

async function ip(context: Context, args: readonly string[]): Promise<string> {
  const result = await context.run('ip', args);
  if (result.code === 0) return result.stdout;
  const said = result.stderr.trim();
  if (result.code === 127) throw new NotInstalledError('the command ip is missing');
  if (/Operation not permitted/.test(said)) throw new PermissionError(`ip ${args.join(' ')}: ${said}`);
  throw new AgentError(`ip ${args.join(' ')}: ${said}`);
}

async function interfaces(context: Context): Promise<readonly NetworkInterface[]> {
  const all = JSON.parse(await ip(context, ['-json', 'address', 'show'])) as Partial<NetworkInterface>[];
  // ip prints an empty object for each interface that a filter left out.
  return all.filter((each): each is NetworkInterface => each.ifname !== undefined);
}

function findAddress(
  context: Context,
  all: readonly NetworkInterface[],
): { on: NetworkInterface; address: InterfaceAddress } | undefined {
  const wanted = addressOf(context);
  const { nic } = context.parameters;
  for (const on of all) {
    if (nic !== undefined && on.ifname !== nic) continue;
    const address = on.addr_info.find((each) => canonicalAddress(each.local) === wanted);
    if (address !== undefined) return { on, address };
  }
  return undefined;
}

/** Interface and prefix length: as configured, else those of the network the address is in. */
function placeFor(context: Context, all: readonly NetworkInterface[]): { nic: string; prefix: number } {
  const address = addressOf(context);
  const { nic, cidr_netmask: prefix } = context.parameters;
  const longest = isIP(address) === 4 ? 32 : 128;
  if (prefix !== undefined && prefix > longest) {
    throw new NotConfiguredError(`parameter cidr_netmask: ${prefix} is too long for ${address}`);
  }
  if (nic !== undefined && !all.some((each) => each.ifname === nic)) {
    throw new ArgumentError(`there is no interface ${nic} on this host`);
  }
  for (const each of all) {
    if (nic !== undefined && each.ifname !== nic) continue;
    const network = each.addr_info.find((own) => own.local !== address && isInNetwork(address, own));
    if (network !== undefined) return { nic: each.ifname, prefix: prefix ?? network.prefixlen };
  }
  if (nic === undefined) {
    throw new ArgumentError(`no interface of this host is in the network of ${address}: name one with nic`);
  }
  return { nic, prefix: prefix ?? longest };
}

interface Place {
  readonly address: string;
  readonly nic: string;
}

async function addIpv6(context: Context, place: Place & { prefix: number }): Promise<void> {
  const { address, nic, prefix } = place;
  // With this the kernel announces the address itself, once it knows that nobody else has it.
  const notify = `/proc/sys/net/ipv6/conf/${nic}/ndisc_notify`;
  if (context.parameters.arp_count > 0 && existsSync(notify)) {
    try {
      writeFileSync(notify, '1');
    } catch (error) {
      context.log('warn', `neighbours are not told: ${(error as Error).message}`);
    }
  }
  await ip(context, ['-6', 'address', 'add', `${address}/${prefix}`, 'dev', nic]);
  let failed = false;
  const settled = await context.waitUntil(
    async () => {
      const own = findAddress(context, await interfaces(context))?.address;
      failed = own === undefined || own.dadfailed === true;
      return failed || own?.tentative !== true;
    },
    Math.min(DAD_TIMEOUT_MS, context.remainingMs),
  );
  if (settled && !failed) return;
  await context.run('ip', ['-6', 'address', 'del', `${address}/${prefix}`, 'dev', nic]);
  throw new AgentError(failed ? `another host has ${address}` : `${address} stays tentative on ${nic}`);
}

function announcer(context: Context): SupervisedProcess {
  return new SupervisedProcess({ pidFile: join(context.runFolder, `vip-${context.instance}-announcer.pid`) });
}

/** Gratuitous ARP, in the background: the first goes out at once, and nobody waits for the last. */
async function announce(context: Context, { address, nic }: Place): Promise<void> {
  const count = String(context.parameters.arp_count);
  if (count === '0') return;
  const tools = [
    { command: 'arping', args: ['-U', '-q', '-c', count, '-I', nic, address] },
    // The program that comes with Debian's agents.
    { command: SEND_ARP, args: ['-i', '200', '-r', count, nic, address, 'auto', 'not_used', 'not_used'] },
  ];
  for (const { command, args } of tools) {
    try {
      await announcer(context).start({ command, args, env: context.environment, logFile: '/dev/null' });
      return;
    } catch (error) {
      context.log('debug', (error as Error).message);
    }
  }
  context.log('warn', 'neighbours are not told where the address is: neither arping nor send_arp can be run');
}
