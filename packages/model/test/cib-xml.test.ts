import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CibWarning, formatCib, HoldfastError, parseCib } from '../src/index.ts';

const shared = process.env['HOLDFAST_SHARED'] ?? join(import.meta.dirname, '../../../../shared');

const wrap = (configuration: string, version = 'pacemaker-3.10'): string =>
  `<cib validate-with="${version}" epoch="1"><configuration>${configuration}</configuration><status/></cib>`;

describe('reading a CIB', () => {
  it('passes over a node state without id', () => {
    const states = '<node_state uname="n1" crmd="online"/><node_state id="2" uname="n2" crmd="online"/>';
    const cib = parseCib(`<cib><configuration/><status>${states}</status></cib>`);
    expect(cib.status.nodes.map(({ id }) => id)).toEqual(['2']);
  });

  it('upgrades a master element, old roles and several location rules', () => {
    const cib = parseCib(
      wrap(`<resources><master id="m"><primitive id="p" class="ocf" provider="heartbeat" type="Dummy">
        <operations><op id="o" name="monitor" interval="9s" role="Master"/></operations></primitive></master></resources>
        <constraints><rsc_location id="l" rsc="m">
          <rule id="r1" score="1" role="Slave"><expression id="e1" attribute="a" operation="defined"/></rule>
          <rule id="r2" score="2" boolean-op="or"><date_expression id="d" operation="date_spec"><date_spec id="s" moon="0" hours="9-17"/></date_expression></rule>
        </rsc_location></constraints>`),
    );
    const clone = cib.configuration.resources[0];
    expect(clone).toMatchObject({
      kind: 'clone',
      meta: [{ pairs: [{ name: 'promotable', value: 'true' }] }],
      child: { operations: [{ name: 'monitor', attributes: { role: 'Promoted', interval: '9s' } }] },
    });
    expect(cib.configuration.constraints).toMatchObject([
      { id: 'l', rules: [{ role: 'Unpromoted', score: '1' }] },
      { id: 'l-2', rules: [{ score: '2', expressions: [{ kind: 'date', dateSpec: { hours: '9-17' } }] }] },
    ]);
    expect(cib.header['validate-with']).toBe('pacemaker-4.0');
  });

  it('turns the lifetime of a location into conditions of its rule', () => {
    const cib = parseCib(
      wrap(`<constraints><rsc_location id="l" rsc="p" node="n1" score="INFINITY"><lifetime>
        <rule id="r"><date_expression id="d" operation="lt" end="2030-01-01"/></rule></lifetime></rsc_location></constraints>`),
    );
    expect(cib.configuration.constraints[0]).toMatchObject({
      rules: [
        {
          score: 'INFINITY',
          booleanOp: 'and',
          expressions: [
            { attribute: '#uname', value: 'n1' },
            { kind: 'rule', expressions: [{ kind: 'rule' }] },
          ],
        },
      ],
    });
  });

  it('keeps the first of duplicate pairs, moves old options and warns of what it leaves out', () => {
    const warnings: CibWarning[] = [];
    const cib = parseCib(
      wrap(
        `<crm_config><cluster_property_set id="c"><nvpair id="1" name="default-resource-stickiness" value="7"/>
        <nvpair id="2" name="stonith-action" value="poweroff"/><nvpair id="3" name="stonith-action" value="on"/></cluster_property_set></crm_config>
        <weather/>`,
        'pacemaker-1.3',
      ),
      { onWarning: (warning) => warnings.push(warning), source: 'cib.xml' },
    );
    expect(cib.configuration.options[0]?.pairs).toEqual([{ id: '2', name: 'stonith-action', value: 'off' }]);
    expect(cib.configuration.resourceDefaults[0]?.pairs).toMatchObject([
      { name: 'resource-stickiness', value: '7' },
    ]);
    expect(warnings.map(({ problem }) => problem)).toEqual([
      'stonith-action is set more than once in cluster_property_set; the first value counts',
      'weather is not known in configuration and is left out',
    ]);
    expect(warnings[1]?.position).toEqual({ source: 'cib.xml', line: 3, column: 9 });
  });

  it('keeps a lifetime that has no newer form', () => {
    const text = formatCib(
      parseCib(
        wrap(`<constraints><rsc_order id="o" first="a" then="b"><lifetime>
      <rule id="r"><date_expression id="d" operation="lt" end="2030-01-01"/></rule></lifetime></rsc_order></constraints>`),
      ),
    );
    expect(text).toContain('validate-with="pacemaker-3.10"');
    expect(parseCib(text).configuration.constraints[0]).toMatchObject({ lifetime: [{ kind: 'rule' }] });
  });

  it('names the place of what is wrong', () => {
    const read = (text: string): HoldfastError => {
      try {
        parseCib(text);
      } catch (error) {
        if (error instanceof HoldfastError) return error;
      }
      throw new Error('no error');
    };
    expect(read(wrap('\n <resources>\n  <primitive id="a"/></resources>'))).toMatchObject({
      code: 'CIB_INVALID',
      position: { line: 3, column: 3 },
    });
    expect(read('<cib><configuration></cib>')).toMatchObject({ code: 'XML_SYNTAX', position: { line: 1 } });
    expect(read('<cib a="1" a="2"/>').code).toBe('XML_SYNTAX');
    expect(read('').code).toBe('XML_SYNTAX');
    expect(read('<resources/>').code).toBe('CIB_INVALID');
  });
});

describe('hostile documents', () => {
  it('refuses entity definitions', () => {
    const bomb = `<!DOCTYPE c [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><cib><x>&b;</x></cib>`;
    expect(() => parseCib(bomb)).toThrow(/document type/);
    expect(() => parseCib('<cib a="&b;"/>')).toThrow(HoldfastError);
  });

  it('refuses depth, number and size beyond the limits', () => {
    expect(() => parseCib('<a>'.repeat(200))).toThrow(/128 levels/);
    const many = '<primitive id="a" class="ocf" provider="acme" type="web"/>'.repeat(100_001);
    const text = `<cib><configuration><resources>\n<group id="g">${many}</group></resources></configuration></cib>`;
    expect(() => parseCib(text)).toThrow(/more than 100000 resources \(line 2, column/);
    expect(() => parseCib(`<cib>${'<a/>'.repeat(20)}</cib>`, { limits: { maxElements: 10 } })).toThrow(
      /10 elements/,
    );
    expect(() => parseCib(new Uint8Array(100), { limits: { maxSize: 50 } })).toThrow(/50 characters/);
    expect(() => parseCib(new Uint8Array([0x3c, 0xff]))).toThrow(/UTF-8/);
  });

  it('reads hundreds of thousands of tickets and options', () => {
    const count = 300_000;
    const tickets = '<ticket_state id="t" granted="true"/>'.repeat(count);
    const pairs = '<nvpair id="p" name="a" value="b"/>'.repeat(count);
    const { configuration, status } = parseCib(
      `<cib><configuration><crm_config><cluster_property_set id="o"><attributes>${pairs}</attributes>
        </cluster_property_set></crm_config></configuration><status><tickets>${tickets}</tickets></status></cib>`,
    );
    expect([status.tickets.length, configuration.options[0]?.pairs.length]).toEqual([count, count]);
  });

  it('reads 50 MB within seconds', () => {
    const op =
      '<lrm_rsc_op id="a" operation="monitor" call-id="1" rc-code="0" op-status="0" interval="0" transition-key="1:1:0:aaaaaaaa" on_node="n"/>';
    const body = `<lrm_resource id="r" class="ocf" provider="p" type="t">${op.repeat(10)}</lrm_resource>`;
    const count = Math.floor(50e6 / body.length);
    const text = `<cib><configuration/><status><node_state id="1" uname="n"><lrm id="1"><lrm_resources>${body.repeat(count)}</lrm_resources></lrm></node_state></status></cib>`;
    const started = performance.now();
    expect(parseCib(text).status.nodes[0]?.resources.length).toBe(count);
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});

for (const folder of ['scheduler-cases', 'scheduler-generated']) {
  const path = join(shared, folder, 'xml');
  describe.skipIf(!existsSync(path))(
    `every input of ${folder}${existsSync(path) ? '' : ` (${path} is not there)`}`,
    () => {
      it('reads back equal after printing, without warnings from the printed text', () => {
        for (const file of readdirSync(path)) {
          const first = parseCib(readFileSync(join(path, file)));
          const warnings: string[] = [];
          const again = parseCib(formatCib(first), { onWarning: ({ problem }) => warnings.push(problem) });
          expect(again, file).toEqual(first);
          expect(warnings, file).toEqual([]);
        }
      });
    },
  );
}
