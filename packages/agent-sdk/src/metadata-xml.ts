import type { Agent } from './define-agent.ts';
import type { FenceAgent } from './define-fence-agent.ts';
import { formatTime, type Parameter, type Parameters } from './parameter.ts';

const DEFAULT_TIMEOUT_MS = 20_000;
const DEFAULT_INTERVAL_MS = 10_000;

/**
 * The agent's meta-data. It is written in the form of OCF 1.0, with its DTD, where that can say everything, since the
 * usual tester knows no other; an agent that uses more is described in the form of 1.1.
 */
export function metadataXml<P extends Parameters>(agent: Agent<P>): string {
  const actions = actionNames(agent).map((name) => {
    const times = agent.times?.[name] ?? { timeoutMs: name === 'meta-data' ? 5000 : DEFAULT_TIMEOUT_MS };
    const intervalMs = times.intervalMs ?? (name === 'monitor' ? DEFAULT_INTERVAL_MS : undefined);
    const interval = intervalMs === undefined ? '' : ` interval="${formatTime(intervalMs)}" depth="0"`;
    return `<action name="${name}" timeout="${formatTime(times.timeoutMs)}"${interval} />`;
  });
  const isOld = fitsOcf10(agent);
  return `<?xml version="1.0"?>${isOld ? '\n<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">' : ''}
<resource-agent name="${escapeXml(agent.name)}" version="${escapeXml(agent.version)}">
<version>${isOld ? '1.0' : '1.1'}</version>
${texts(agent.longText, agent.shortText)}
<parameters>
${Object.entries(agent.parameters).map(parameterXml).join('\n')}
</parameters>
<actions>
${actions.join('\n')}
</actions>
</resource-agent>
`;
}

/** The fence agent's metadata in the layout of the fence agent library. */
export function fenceMetadataXml<P extends Parameters>(agent: FenceAgent<P>): string {
  const actions = ['on', 'off', 'reboot', 'status', 'list', 'monitor', 'metadata', 'validate-all'];
  const offered = actions.filter((name) => {
    if (name === 'on') return agent.on !== undefined;
    if (name === 'reboot') return agent.on !== undefined;
    return name !== 'list' || agent.list !== undefined;
  });
  const own: Parameter<string>[] = [
    {
      type: 'string',
      default: 'reboot',
      choices: [],
      read: String,
      options: { text: 'Fencing action', required: true },
    },
    {
      type: 'string',
      default: undefined,
      choices: [],
      read: String,
      options: { text: 'Name of the target' },
    },
  ];
  const parameters = [['action', own[0]!], ['plug', own[1]!], ...Object.entries(agent.parameters)] as const;
  return `<?xml version="1.0" ?>
<resource-agent name="${escapeXml(agent.name)}" shortdesc="${escapeXml(agent.shortText)}">
<longdesc>${escapeXml(agent.longText)}</longdesc>
<vendor-url></vendor-url>
<parameters>
${parameters.map(parameterXml).join('\n')}
</parameters>
<actions>
${offered.map((name) => `<action name="${name}"${name === 'on' ? ' automatic="0"' : ''} />`).join('\n')}
</actions>
</resource-agent>
`;
}

/** Names of the actions that an agent offers. */
export function actionNames<P extends Parameters>(agent: Agent<P>): string[] {
  const optional: [string, unknown][] = [
    ['promote', agent.promote],
    ['demote', agent.demote],
    ['notify', agent.notify],
    ['migrate_to', agent.migrateTo],
    ['migrate_from', agent.migrateFrom],
    ['reload-agent', agent.reload],
  ];
  const offered = optional.filter(([, handler]) => handler !== undefined).map(([name]) => name);
  return ['start', 'stop', 'monitor', ...offered, 'validate-all', 'meta-data'];
}

/** Whether nothing is used that came with OCF 1.1: named groups of unique parameters, reloading, choices. */
function fitsOcf10<P extends Parameters>(agent: Agent<P>): boolean {
  if (agent.reload !== undefined) return false;
  return Object.entries<Parameter<unknown>>(agent.parameters).every(([name, { options, type }]) => {
    const { uniqueGroup = name, reloadable = false } = options;
    return uniqueGroup === name && !reloadable && type !== 'select';
  });
}

function uniqueAttribute(name: string, group: string): string {
  return group === name ? 'unique="1"' : `unique-group="${escapeXml(group)}"`;
}

function parameterXml([name, parameter]: readonly [string, Parameter<unknown>]): string {
  const { text, longText, required, uniqueGroup, reloadable } = parameter.options;
  const attributes = [
    `name="${escapeXml(name)}"`,
    ...(required ? ['required="1"'] : []),
    ...(uniqueGroup === undefined ? [] : [uniqueAttribute(name, uniqueGroup)]),
    ...(reloadable ? ['reloadable="1"'] : []),
  ];
  const value = parameter.default === undefined ? '' : ` default="${escapeXml(parameter.default)}"`;
  const choices = parameter.choices.map((choice) => `<option value="${escapeXml(choice)}" />`);
  return `<parameter ${attributes.join(' ')}>
${texts(longText ?? text, text)}
<content type="${parameter.type}"${value}${choices.length === 0 ? ' />' : `>${choices.join('')}</content>`}
</parameter>`;
}

function texts(longText: string, shortText: string): string {
  return `<longdesc lang="en">${escapeXml(longText)}</longdesc>\n<shortdesc lang="en">${escapeXml(shortText)}</shortdesc>`;
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
