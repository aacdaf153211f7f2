import {
  ConfigurationDraft,
  parseCib,
  parseStatement,
  preferNode,
  setManaged,
  setNodeAttribute,
  setResourceMaintenance,
  setResourceValue,
  setTargetRole,
  traceOperations,
  untraceOperations,
} from '@holdfast/model';
import type { CrmCase } from './cases.ts';
import { objectsOf } from './run-session.ts';

/** The shell's option `manage-children`: a recording that sets it stands before those it applies to. */
let keepMembers = false;

/** Shell commands that change the configuration, by their first two words. */
const COMMANDS: Readonly<Record<string, (draft: ConfigurationDraft, words: readonly string[]) => void>> = {
  'resource start': (draft, [id = '']) => setTargetRole(draft, id, 'Started', { keepMembers }),
  'resource stop': (draft, [id = '']) => setTargetRole(draft, id, 'Stopped', { keepMembers }),
  'resource maintenance': (draft, [id = '', value]) => setResourceMaintenance(draft, id, value !== 'off'),
  'resource manage': (draft, [id = '']) => setManaged(draft, id, true),
  'resource migrate': (draft, [id = '', node = '']) => {
    if (draft.find(id)) preferNode(draft, id, { node });
  },
  'resource trace': (draft, [id = '', operation = '']) => traceOperations(draft, id, { operation }),
  'resource untrace': (draft, [id = '', operation = '']) => untraceOperations(draft, id, { operation }),
  'resource meta': setOrDelete('meta'),
  'resource param': setOrDelete('params'),
  'node maintenance': (draft, [name = '']) => setNodeAttribute(draft, name, 'maintenance', 'true'),
  'node attribute': (draft, [name = '', , attribute = '', value = '']) =>
    setNodeAttribute(draft, name, attribute, value),
  'node clearstate': () => undefined,
  'options manage-children': (_, [value]) => {
    keepMembers = value === 'never';
  },
};

function setOrDelete(section: 'meta' | 'params') {
  return (draft: ConfigurationDraft, [id = '', verb, name = '', value]: readonly string[]): void => {
    if (verb !== 'show') setResourceValue(draft, id, section, name, verb === 'set' ? (value ?? '') : null);
  };
}

/**
 * The recordings hold the CIB after a command and not before it. What can be told: the command has nothing left to
 * do there, so it writes what it writes at the recorded place.
 */
export function runEffect(test: CrmCase): string | undefined {
  const { configuration } = parseCib(test.xml ?? '');
  const words = (String(test.cli).match(/"[^"]*"|\S+/g) ?? []).map((each) => each.replace(/"/g, ''));
  const [level = '', verb = '', ...rest] = words[0] === '-F' ? words.slice(1) : words;
  const draft = new ConfigurationDraft(configuration);
  if (level === 'configure') {
    draft.put(parseStatement([verb, ...rest].join(' ')), 'replace');
  } else {
    const command = COMMANDS[`${level} ${verb}`];
    if (!command) return `there is no command ${level} ${verb}`;
    if (level === 'resource' && !draft.find(rest[0] ?? '') && verb !== 'migrate')
      return 'the recording is without the resource';
    command(draft, rest);
  }
  const before = objectsOf(configuration);
  const changed = objectsOf(draft.configuration()).filter((each) => !before.includes(each));
  return changed.length === 0 ? undefined : `changed ${changed[0]}`;
}
