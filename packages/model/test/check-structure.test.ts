import { expect, test } from 'vitest';
import { formatPosition, parseCib } from '../src/index.ts';

/** What is told about the structure of a CIB with these sections, each with its line. */
function structure(sections: string): string[] {
  const problems: string[] = [];
  parseCib(
    `<cib validate-with="pacemaker-3.9">\n<configuration>\n${sections}\n</configuration><status/></cib>`,
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
      <rsc_location id="k" rsc="a"><rule id="r" score="1" boolean-op="xor"/></rsc_location></constraints>`);
  expect(problems.map((each) => each.replace(/ \(.*/, '')).sort()).toEqual([
    'the boolean-op "xor" of the rule is neither "and" nor "or"',
    'the cluster_property_set has no id',
    'the node has no uname',
    'the nvpair has no id',
    'the score "1.5" of the rsc_location is no whole number, INFINITY or -INFINITY',
    'there is no type "router" of nodes',
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
