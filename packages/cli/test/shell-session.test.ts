import {
  applyChange,
  ConfigurationDraft,
  diffConfigurations,
  EMPTY_REVISIONED_CONFIGURATION,
  HoldfastError,
  printConfiguration,
  type RevisionedConfiguration,
} from '@holdfast/model';
import { beforeEach, expect, test } from 'vitest';
import { type ShellHost, ShellSession } from '../src/shell/shell-session.ts';

let state: RevisionedConfiguration;
let printed: string[];
let commands: string[];
let confirmed: boolean;
let session: ShellSession;

beforeEach(() => {
  state = EMPTY_REVISIONED_CONFIGURATION;
  printed = [];
  commands = [];
  confirmed = false;
  const host: ShellHost = {
    clusterName: 'shop',
    fetch: async () => state,
    commit: async (base, draft) => {
      const change = diffConfigurations(
        base.configuration,
        draft.configuration(),
        (key) => base.revisions.get(key) ?? 0,
      );
      const next = applyChange(state, change);
      if (next instanceof HoldfastError) throw next;
      state = next;
      const operations = change.operations.map((each) => ({
        action: each.kind,
        kind: '',
        id: each.kind === 'put' ? 'x' : each.id,
      }));
      return { changed: true, applied: true, operations, notes: draft.notes, warnings: [] };
    },
    run: async (id, argv) => void commands.push([id, ...argv].join(' ')),
    confirm: async () => confirmed,
    print: (line) => void printed.push(line),
  };
  session = new ShellSession(host);
});

const type = async (...lines: readonly string[]): Promise<void> => {
  for (const line of lines) await session.execute(line);
};
const configured = (): string => printConfiguration(state.configuration);

test('nothing is applied until commit, and the prompt says that something is pending', async () => {
  await type('configure', 'primitive a Dummy', 'primitive b Dummy');
  expect([configured(), session.prompt]).toEqual(['', 'crm(shop)configure*# ']);
  await type('show');
  expect(printed).toEqual(['primitive a Dummy', 'primitive b Dummy']);
  await type('commit');
  expect([configured(), session.prompt, state.counter]).toEqual([
    'primitive a Dummy\nprimitive b Dummy\n',
    'crm(shop)configure# ',
    1,
  ]);
});

test('a statement may go over several lines', async () => {
  await type('configure', 'primitive a Dummy \\');
  expect(session.prompt).toBe('   > ');
  await type('  op monitor interval=10s', 'commit');
  expect(configured()).toContain('op monitor interval=10s');
});

test('leaving with changes asks; only a yes commits', async () => {
  await type('configure', 'primitive a Dummy', 'up');
  expect(configured()).toBe('');
  confirmed = true;
  await type('configure', 'primitive a Dummy');
  expect(await session.execute('quit')).toBe(false);
  expect(configured()).toBe('primitive a Dummy\n');
});

test('a mistake leaves what was collected as it was', async () => {
  await type('configure', 'primitive a Dummy');
  await expect(session.execute('primitive')).rejects.toThrow('the id is missing');
  await expect(session.execute('delete nothing')).rejects.toThrow('there is no object nothing');
  await type('commit');
  expect(configured()).toBe('primitive a Dummy\n');
});

test('what somebody else changed meanwhile is not overwritten', async () => {
  await type('configure', 'primitive a Dummy', 'commit', 'delete a');
  const draft = new ConfigurationDraft(state.configuration);
  draft.rename('a', 'b');
  const next = applyChange(state, diffConfigurations(state.configuration, draft.configuration()));
  if (next instanceof HoldfastError) throw next;
  state = next;
  await expect(session.execute('commit')).rejects.toThrow('was changed by somebody else');
  await type('refresh', 'show');
  expect(printed.at(-1)).toBe('primitive b Dummy');
});

test('other levels run commands, by their level or at once', async () => {
  await type('resource', 'stop web', 'up', 'node standby n1', 'status', 'cd node', 'online n1');
  await type('attribute n1 set place "row 7"', 'up', 'configure primitive a Dummy params x="1 2"');
  expect(commands).toEqual([
    'resource:stop web',
    'node:standby n1',
    'status',
    'node:online n1',
    'node:attribute n1 set place row 7',
    'configure primitive a Dummy params x="1 2"',
  ]);
});

test('words are completed from the level and from what is configured', async () => {
  expect(session.complete('conf')).toEqual(['configure']);
  await type('configure', 'primitive webserver Dummy');
  expect(session.complete('prim')).toEqual(['primitive']);
  expect(session.complete('delete web')).toEqual(['webserver']);
});
