import { expect, test } from 'vitest';
import { formatPosition, LIMITS, parseCib } from '../src/index.ts';

/** What is told about the structure of a CIB with these sections, each with its line. */
function structure(sections: string): string[] {
  const problems: string[] = [];
  const missing = ['crm_config', 'nodes', 'resources', 'constraints'].filter(
    (each) => !sections.includes(`<${each}`),
  );
  const empty = missing.map((each) => `<${each}/>`).join('');
  parseCib(
    `<cib validate-with="pacemaker-3.9">\n<configuration>\n${sections}\n${empty}</configuration><status/></cib>`,
    {
      onStructure: ({ problem, position }) => problems.push(`${problem} (${formatPosition(position)})`),
    },
  );
  return problems;
}

test('misspelt attributes and elements are told with their place', () => {
  const problems = structure(`<resources>
    <primitive id="a" class="ocf" provider="acme" type="web">
      <operations><op id="a-1" name="monitor" intervalx="10s"/></operations>
      <meta_attributes id="a-m"><nvpair id="a-m-1" name="priority" valuex="5"/></meta_attributes>
      <surprise/>
    </primitive></resources>`);
  expect(problems.sort()).toEqual([
    'a nvpair has no attribute valuex (line 6, column 33)',
    'a op has no attribute intervalx (line 5, column 19)',
    'a primitive cannot contain a surprise (line 7, column 7)',
    'the op has no interval (line 5, column 19)',
  ]);
});

test('missing ids, wrong scores and types of nodes are told', () => {
  const problems =
    structure(`<crm_config><cluster_property_set><nvpair name="x" value="y"/></cluster_property_set></crm_config>
    <nodes><node id="1" uname="n1" type="router"/><node id="2"/></nodes>
    <constraints><rsc_location id="l" rsc="a" node="n1" score="1.5"/>
      <rsc_location id="k" rsc="a"><rule id="r" score="1" boolean-op="xor"><expression id="e" attribute="x" operation="defined"/></rule></rsc_location></constraints>`);
  expect(problems.map((each) => each.replace(/ \(.*/, '')).sort()).toEqual([
    'the boolean-op "xor" of the rule is not "and" or "or"',
    'the cluster_property_set has no id',
    'the node has no uname',
    'the nvpair has no id',
    'the score "1.5" of the rsc_location is not a whole number, INFINITY or -INFINITY',
    'the type "router" of the node is not a kind of nodes',
  ]);
});

test('nothing is told of what some version of the schema allows', () => {
  const problems = structure(`<resources>
      <master id="m"><meta_attributes id-ref="b"/><primitive id="a" template="t"/></master>
      <bundle id="u"><podman image="x" promoted-max="1"/><network control-port="1"><port-mapping id="p" port="80"/></network>
        <storage><storage-mapping id="s" source-dir="/a" target-dir="/b"/></storage></bundle></resources>
    <constraints><rsc_order id="o" kind="Optional"><resource_set id="os" sequential="false"><resource_ref id="a"/></resource_set></rsc_order>
      <rsc_location id="l" rsc-pattern="a.*"><rule id="r" score-attribute="x" role="Promoted" boolean-op="or">
        <date_expression id="d" operation="date_spec"><date_spec id="ds" hours="9-16"/></date_expression></rule></rsc_location></constraints>
    <fencing-topology><fencing-level id="f" target-attribute="rack" target-value="1" index="1" devices="a,b"/></fencing-topology>
    <alerts><alert id="x" path="/x"><select><select_attributes><attribute id="sa" name="y"/></select_attributes></select></alert></alerts>`);
  expect(problems).toEqual([]);
});

/** The problems without their places. */
const told = (sections: string): string[] =>
  structure(sections).map((each) => each.replace(/ \(line \d+, column \d+\)$/, ''));

test('an id that is none, or there twice, is told also of blocks and pairs', () => {
  const pair = (id: string): string => `<nvpair id="${id}" name="x" value="y"/>`;
  const pairs = ['p', 'p', '1p', 'a:b', '\u00e4.b-c_1'].map(pair).join('');
  expect(
    told(`<crm_config><cluster_property_set id="o">${pairs}</cluster_property_set></crm_config>`),
  ).toEqual([
    'the id p of the nvpair is used before',
    'the id "1p" of the nvpair has a character that ids cannot have there',
    'the id "a:b" of the nvpair has a character that ids cannot have there',
  ]);
  // Ids of nodes and what is referred to are no ids of XML.
  expect(
    told('<nodes><node id="1" uname="a:b"/></nodes><tags><tag id="t"><obj_ref id="1"/></tag></tags>'),
  ).toEqual([]);
});

test('what must be there, and what is there twice, is told', () => {
  const problems: string[] = [];
  const onStructure = ({ problem }: { problem: string }): number => problems.push(problem);
  parseCib(
    `<cib validate-with="pacemaker-0.6"><configuration><crm_config/><nodes/><nodes/><resources>
      <primitive id="a" class="ocf" provider="acme" type="web"><operations/><operations/></primitive></resources>
      </configuration></cib>`,
    { onStructure },
  );
  expect(problems).toEqual([
    'there is no schema "pacemaker-0.6"',
    'the configuration has no constraints',
    'the configuration has a second nodes',
    'the primitive has a second operations',
  ]);
});

test('rules and locations without effect are told', () => {
  const location = (id: string, more: string): string =>
    `<rsc_location id="${id}" rsc="a" ${more}</rsc_location>`;
  const rule = (id: string, more: string): string => `<rule id="${id}" ${more}</rule>`;
  const condition = '><expression id="e" attribute="x" operation="defined"/>';
  const locations = [
    location('l1', 'node="n1">'),
    location('l2', `>${rule('r2', condition)}`),
    location('l3', `>${rule('r3', 'score="infinity">')}`),
  ];
  expect(told(`<constraints>${locations.join('')}</constraints>`)).toEqual([
    'the rsc_location has a node but no score',
    'the rule of the rsc_location has no score',
    'the score "infinity" of the rule is not a whole number, INFINITY or -INFINITY',
    'the rule is empty',
  ]);
});

test('attributes that exclude each other, and numbers of bundles that are none, are told', () => {
  const bundle = `<bundle id="b"><podman image="i" replicas="two" masters="1" promoted-max="1"/>
    <network control-port="x"><port-mapping id="p" port="80" range="80-90"/></network>
    <storage><storage-mapping id="s" target-dir="/x"/></storage></bundle>`;
  expect(
    told(`<resources>${bundle}</resources><constraints><rsc_order id="o" first="a" then="b" kind="Optional" score="1"/>
      </constraints><fencing-topology><fencing-level id="f" target="n" target-pattern="n" index="1" devices="d"/>
      </fencing-topology><acls><acl_role id="r"><acl_permission id="q" kind="all" xpath="/"/></acl_role></acls>`),
  ).toEqual([
    'the replicas "two" of the podman is not a whole number',
    'the podman cannot have both masters and promoted-max',
    'the control-port "x" of the network is not a whole number',
    'the port-mapping must have one of: port, range',
    'the storage-mapping must have one of: source-dir, source-dir-root',
    'the rsc_order cannot have both kind and score',
    'the fencing-level must have one of: target, target-pattern, target-attribute',
    'the kind "all" of the acl_permission is not read, write or deny',
  ]);
});

test('no more problems are told than anybody reads', () => {
  const pairs = Array.from({ length: 2 * LIMITS.reportedProblems }, () => '<nvpair id="p" nam="x"/>').join(
    '',
  );
  const problems = told(
    `<crm_config><cluster_property_set id="o">${pairs}</cluster_property_set></crm_config>`,
  );
  expect(problems).toHaveLength(LIMITS.reportedProblems);
});
