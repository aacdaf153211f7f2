/** Thousands of probes are another matter. */
const WITHOUT_PROBES = {
  kind: 'put',
  entity: {
    kind: 'options',
    value: {
      id: 'large',
      rules: [],
      pairs: [{ id: 'large-probes', name: 'enable-startup-probes', value: 'false' }],
    },
  },
};

/** A change that puts so many primitives with parameters and a monitor: some 400 bytes each. */
export function largeChange(resources: number, value = 'a'): { readonly operations: readonly unknown[] } {
  const operations = Array.from({ length: resources }, (_, at) => ({
    kind: 'put',
    entity: {
      kind: 'resource',
      value: primitive(`web-${at}`, `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`, value),
    },
  }));
  return { operations: [WITHOUT_PROBES, ...operations] };
}

function primitive(id: string, address: string, description: string) {
  const pairs = [{ id: `${id}-ip`, name: 'ip', value: address }];
  const attributes = { interval: '10s', timeout: '20s' };
  return {
    kind: 'primitive',
    id,
    description,
    class: 'ocf',
    provider: 'heartbeat',
    type: 'IPaddr2',
    meta: [
      { id: `${id}-meta`, rules: [], pairs: [{ id: `${id}-role`, name: 'target-role', value: 'Stopped' }] },
    ],
    params: [{ id: `${id}-parameters`, rules: [], pairs }],
    utilization: [],
    operations: [{ id: `${id}-monitor-10s`, name: 'monitor', attributes, meta: [], params: [] }],
  };
}
