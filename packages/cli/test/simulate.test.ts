import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CrmUsageError, parseCrmSimulate } from '../src/simulate/crm-simulate-arguments.ts';
import { readSimulationInput } from '../src/simulate/read-input.ts';
import { runBatch } from '../src/simulate/run-batch.ts';
import { runSimulation } from '../src/simulate/run-simulation.ts';
import type { SimulationRequest } from '../src/simulate/simulation-request.ts';

const node = (name: string): string =>
  `<node_state id="${name}" uname="${name}" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="${name}"><lrm_resources/></lrm></node_state>`;
const CIB = `<cib validate-with="pacemaker-4.0" have-quorum="1" execution-date="1700000000"><configuration><crm_config>
<cluster_property_set id="o"><nvpair id="o-s" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
<nodes><node id="n1" uname="n1"/><node id="n2" uname="n2"/></nodes>
<resources><primitive id="web" class="ocf" provider="heartbeat" type="Dummy"/></resources><constraints/></configuration>
<status>${node('n1')}${node('n2')}</status></cib>`;

async function simulated(...argv: string[]): Promise<{ text: string; errors: readonly string[] }> {
  const file = join(mkdtempSync(join(tmpdir(), 'holdfast-simulate-')), 'cib.xml');
  writeFileSync(file, CIB);
  const request = requestOf(['-x', file, ...argv]);
  const input = await readSimulationInput(request.input, () => {
    throw new Error('no daemon is to be asked');
  });
  const { text, errors } = runSimulation(input, request, 0);
  return { text: text(), errors };
}

function requestOf(argv: readonly string[]): SimulationRequest {
  const call = parseCrmSimulate(argv);
  if (call.kind !== 'simulate') throw new Error(`${call.kind} is no simulation`);
  return call.request;
}

describe('arguments of crm_simulate', () => {
  test('short options may be joined, values attached or apart', () => {
    const request = requestOf(['-sSQ', '-xfile.xml', '-t', '2005-020', '--node-down=a', '-d', 'b']);
    expect(request).toMatchObject({
      input: { kind: 'file', path: 'file.xml' },
      scores: true,
      simulate: true,
      quiet: true,
      now: '2005-020',
      events: { nodesDown: ['a', 'b'] },
    });
  });

  test('what is not known is refused', () => {
    expect(() => parseCrmSimulate(['-Z'])).toThrow(new CrmUsageError('Unknown option -Z', 64));
    expect(() => parseCrmSimulate(['-x'])).toThrow(new CrmUsageError('Missing argument for -x', 64));
    expect(() => parseCrmSimulate(['--nonsense=1'])).toThrow('Unknown option --nonsense');
    expect(() => parseCrmSimulate(['-N', 'x'])).toThrow('Cannot parse integer value “x” for -N');
    const format = 'Error creating output format json: Unknown output format';
    expect(() => parseCrmSimulate(['--output-as=json'])).toThrow(new CrmUsageError(format, 105));
  });

  test('what asks for a graph makes one, and helps come in parts', () => {
    for (const option of ['-R', '-S', '-X', '-s', '-U', '-Gfile', '-Dfile'])
      expect(requestOf(['-x', 'f', option]).run).toBe(true);
    expect(requestOf(['-x', 'f', '-A', '-c', '-Ofile'])).toMatchObject({
      run: false,
      attributes: true,
      failCounts: true,
    });
    const help = parseCrmSimulate(['--help-artifact']);
    expect(help.kind === 'help' && help.text).toMatch(/ {2}-G, --save-graph=FILE {12}Save/);
    expect(parseCrmSimulate(['-P', 'folder', '-N3'])).toEqual({ kind: 'profile', path: 'folder', repeat: 3 });
  });
});

describe('a simulation', () => {
  test('shows the cluster alone, the decisions with -R, the outcome with -S', async () => {
    expect((await simulated()).text).not.toContain('Transition Summary');
    expect((await simulated('-R')).text).not.toContain('Revised Cluster Status');
    const { text } = await simulated('-S');
    expect(text).toContain('Using the original execution date of: 2023-11-14 22:13:20Z');
    expect(text).toMatch(/\* Start\s+web/);
    expect(text).toMatch(/Revised Cluster Status[\s\S]*web\s+\(ocf:heartbeat:Dummy\):\s+Started/);
  });

  test('events come first, and what cannot be injected is told', async () => {
    const { text } = await simulated('-S', '-d', 'n1');
    expect(text).toContain('Performing Requested Modifications:\n  * Taking node n1 offline');
    expect(text).toMatch(/Started n2/);
    expect((await simulated('-S', '-i', 'nonsense')).errors).toEqual([
      'Invalid operation spec: nonsense.  Only found 1 fields',
    ]);
  });

  test('files are written where they are asked for', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-simulate-'));
    const files = { D: 'g.dot', G: 'g.xml', I: 'in.xml', O: 'out.xml' };
    await simulated(
      '-S',
      ...Object.entries(files).flatMap(([option, name]) => [`-${option}`, join(folder, name)]),
    );
    expect(readFileSync(join(folder, 'g.dot'), 'utf8')).toContain('digraph');
    expect(readFileSync(join(folder, 'g.xml'), 'utf8')).toContain('<transition_graph');
    expect(readFileSync(join(folder, 'in.xml'), 'utf8')).toContain('<cib');
    expect(readFileSync(join(folder, 'out.xml'), 'utf8')).toContain('web_start_0');
  });

  test('a batch does every document of a folder, with the arguments of its case', () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-batch-'));
    writeFileSync(join(folder, 'good.xml'), CIB);
    writeFileSync(join(folder, 'bad.xml'), '<cib');
    writeFileSync(join(folder, 'cases.json'), JSON.stringify([{ name: 'good', args: ['-t', '2005-020'] }]));
    const out = join(folder, 'out');
    const result = runBatch({ folder, out, nowSeconds: 0 });
    expect(result.done).toBe(1);
    expect(result.failed.map(({ name }) => name)).toEqual(['bad']);
    expect(readFileSync(join(out, 'good.summary'), 'utf8')).toContain(
      'Setting effective cluster time: 2005-020',
    );
  });
});
