import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type AgentMetadata, needsUnfencing, parseAgentMetadata } from '../../src/index.ts';

function parsed(xml: string): AgentMetadata {
  const result = parseAgentMetadata(xml);
  if (!result.ok) throw new Error(result.problem);
  return result.metadata;
}

const OCF = `warning: something printed first
<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="demo" version="2.0">
<version>1.1</version>
<longdesc lang="de">lang</longdesc><longdesc lang="en">A long
text.</longdesc>
<shortdesc lang="en">Short</shortdesc>
<parameters>
<parameter name="ip" required="1" unique-group="address"><shortdesc>Address</shortdesc><content type="string"/></parameter>
<parameter name="state" unique="1" reloadable="1"><content type="string" default="/run/x" /></parameter>
<parameter name="old"><deprecated><replaced-with name="ip"/></deprecated><content type="select">
<option value="a"/><option value="b"/></content></parameter>
</parameters>
<actions>
<action name="start" timeout="20s" />
<action name="monitor" timeout="1min" interval="10" depth="0" role="Master" />
</actions>
</resource-agent>
`;

describe('meta-data of a resource agent', () => {
  test('is read with parameters, defaults, unique groups and advised times', () => {
    const metadata = parsed(OCF);
    expect(metadata).toMatchObject({
      name: 'demo',
      version: '1.1',
      shortText: 'Short',
      longText: 'A long\ntext.',
    });
    expect(
      metadata.parameters.map(({ name, required, uniqueGroup }) => [name, required, uniqueGroup]),
    ).toEqual([
      ['ip', true, 'address'],
      ['state', false, 'state'],
      ['old', false, undefined],
    ]);
    expect(metadata.parameters[1]).toMatchObject({ default: '/run/x', reloadable: true });
    expect(metadata.parameters[2]).toMatchObject({
      deprecated: true,
      replacedWith: 'ip',
      options: ['a', 'b'],
    });
    expect(metadata.actions).toEqual([
      { name: 'start', timeoutMs: 20_000, automatic: false, onTarget: false },
      {
        name: 'monitor',
        timeoutMs: 60_000,
        intervalMs: 10_000,
        depth: '0',
        role: 'Promoted',
        automatic: false,
        onTarget: false,
      },
    ]);
  });

  test('that is something else is a problem, not an exception', () => {
    expect(parseAgentMetadata('')).toMatchObject({ ok: false });
    expect(parseAgentMetadata('usage: agent start|stop')).toMatchObject({ ok: false });
    expect(parseAgentMetadata('<cib/>')).toEqual({
      ok: false,
      problem: 'the element is cib, not resource-agent',
    });
    expect(parseAgentMetadata('<resource-agent/>')).toEqual({ ok: false, problem: 'the agent has no name' });
    const bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><resource-agent name="x">&a;</resource-agent>';
    expect(parseAgentMetadata(bomb)).toMatchObject({ ok: false });
  });
});

test('metadata of a fence agent says that unfencing is automatic and done by the target', () => {
  const metadata = parsed(
    '<resource-agent name="fence_x" shortdesc="Fence"><parameters><parameter name="plug" required="1"/></parameters>' +
      '<actions><action name="on" on_target="1" automatic="1"/><action name="off"/></actions></resource-agent>',
  );
  expect(needsUnfencing(metadata)).toBe(true);
  expect(metadata.actions[0]).toMatchObject({ automatic: true, onTarget: true });
  expect(metadata.shortText).toBe('Fence');
});

const AGENTS = '/usr/lib/ocf/resource.d/heartbeat';
test.skipIf(!existsSync(AGENTS))(
  'of every fourth agent of Debian is read',
  () => {
    const unread: string[] = [];
    for (const name of readdirSync(AGENTS).filter((_, index) => index % 4 === 0)) {
      let xml = '';
      try {
        xml = execFileSync(`${AGENTS}/${name}`, ['meta-data'], {
          encoding: 'utf8',
          env: { PATH: process.env.PATH, OCF_ROOT: '/usr/lib/ocf', OCF_RESOURCE_INSTANCE: 'x' },
          stdio: ['ignore', 'pipe', 'ignore'],
        });
      } catch {
        continue;
      }
      const result = parseAgentMetadata(xml);
      if (!result.ok) unread.push(`${name}: ${result.problem}`);
    }
    expect(unread).toEqual([]);
  },
  60_000,
);
