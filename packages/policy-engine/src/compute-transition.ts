// INTERIM: stands in until the staged pipeline lands, which replaces this file whole. Take the pipeline's side of any conflict.
import type {
  ActionGraph,
  ClusterInformation,
  GraphAction,
  OperationRecord,
  Primitive,
  ResourceHistory,
  Synapse,
} from '@holdfast/model';
import { parseDurationMs } from '@holdfast/model';
import type { Decision, PolicyResult } from './result.ts';

type Act = { id: number; action: GraphAction; inputs: Set<number> };
/** Computes what is to be done. */
export function computeTransition(input: ClusterInformation): PolicyResult {
  const opt = new Map<string, string>();
  for (const b of input.configuration.options)
    for (const p of b.pairs)
      if (p.name && p.value !== undefined && !opt.has(p.name)) opt.set(p.name, p.value);
  const last = input.configuration.options.at(-1);
  if (last?.id === 'holdfast-derived') for (const p of last.pairs) opt.set(p.name!, p.value!);
  const fencing = (opt.get('fencing-enabled') ?? opt.get('stonith-enabled') ?? 'true') === 'true';
  const stopAll = opt.get('stop-all-resources') === 'true';
  const attr = (n: string, name: string) =>
    input.configuration.nodes
      .find((x) => x.name === n)
      ?.attributes.flatMap((b) => b.pairs)
      .find((p) => p.name === name)?.value;
  const prims: { p: Primitive; group?: string | undefined; prev?: string | undefined; next?: string | undefined }[] = [];
  const members = new Map<string, string[]>();
  for (const r of input.configuration.resources) {
    if (r.kind === 'primitive') prims.push({ p: r });
    if (r.kind === 'group') {
      members.set(
        r.id,
        r.members.map((m) => m.id),
      );
      r.members.forEach((m, i) =>
        prims.push({ p: m, group: r.id, prev: r.members[i - 1]?.id, next: r.members[i + 1]?.id }),
      );
    }
  }
  const firstOf = (id: string) => members.get(id)?.[0] ?? id;
  const lastOf = (id: string) => members.get(id)?.at(-1) ?? id;
  const states = input.status.nodes;
  const online = states.filter((n) => n.inCcm === 'true' && n.join === 'member').map((n) => n.name);
  const unclean = states.filter((n) => n.inCcm !== 'true' && n.expected === 'member').map((n) => n.name);
  const tattr = (n: string, name: string) =>
    states
      .find((x) => x.name === n)
      ?.transientAttributes.flatMap((b) => b.pairs)
      .find((p) => p.name === name)?.value;
  const usable = online.filter(
    (n) => attr(n, 'standby') !== 'on' && attr(n, 'standby') !== 'true' && !tattr(n, 'shutdown'),
  );
  const hist = (n: string, r: string): ResourceHistory | undefined =>
    states.find((x) => x.name === n)?.resources.find((h) => h.id === r);
  type St = 'unknown' | 'stopped' | 'active' | 'failed' | 'stopfailed' | 'pending';
  const stateOf = (n: string, r: string): St => {
    const h = hist(n, r);
    if (!h) return 'unknown';
    let newest: OperationRecord | undefined;
    for (const o of h.operations) {
      if (o.opStatus === -1 && o.operation !== 'notify')
        return o.operation === 'monitor' ? 'unknown' : 'pending';
      if (o.opStatus === 1) continue;
      if (!newest || o.callId >= newest.callId) newest = o;
    }
    if (!newest) return 'unknown';
    const ok = newest.opStatus === 0 && newest.rcCode === 0;
    if (newest.operation === 'stop') return ok ? 'stopped' : 'stopfailed';
    if (newest.operation === 'monitor' && newest.rcCode === 7 && newest.opStatus === 0)
      return newest.intervalMs === 0 ? 'stopped' : 'failed';
    if (newest.operation === 'monitor' && newest.rcCode === 5) return 'stopped';
    return ok ? 'active' : 'failed';
  };
  const acts: Act[] = [];
  let nextId = 1;
  const byKey = new Map<string, Act>();
  const metaOp = (p: Primitive, name: string) => p.operations.find((o) => o.name === name);
  const ms = (t: string | undefined, d: number) => (t === undefined ? d : (parseDurationMs(t) ?? d));
  const add = (key: string, action: Omit<GraphAction, 'id'>): Act => {
    const known = byKey.get(key);
    if (known) return known;
    const a: Act = { id: nextId, action: { id: nextId, ...action }, inputs: new Set() };
    nextId++;
    acts.push(a);
    byKey.set(key, a);
    return a;
  };
  const params = (p: Primitive) =>
    Object.fromEntries(
      p.params
        .flatMap((b) => b.pairs)
        .filter((x) => x.name && x.value !== undefined)
        .map((x) => [x.name!, x.value!]),
    );
  const op = (p: Primitive, operation: string, node: string, intervalMs = 0, rc?: number) =>
    add(`${p.id} ${operation} ${intervalMs} ${node}`, {
      kind: 'resource',
      operation,
      operationKey: `${p.id}_${operation}_${intervalMs}`,
      onNode: node,
      onNodeUuid: node,
      downed: [],
      resource: {
        id: p.id,
        class: p.class ?? 'ocf',
        ...(p.provider ? { provider: p.provider } : {}),
        type: p.type ?? '',
      },
      attributes: {
        ...params(p),
        CRM_meta_timeout: String(ms(metaOp(p, operation)?.attributes['timeout'], 20000)),
        ...(intervalMs ? { CRM_meta_interval: String(intervalMs) } : {}),
        CRM_meta_name: operation,
        CRM_meta_on_node: node,
        CRM_meta_on_node_uuid: node,
        ...(rc === undefined ? {} : { CRM_meta_op_target_rc: String(rc) }),
      },
    });
  const fenceSet = new Set<string>();
  const summary: string[] = [];
  if (fencing) for (const n of unclean) fenceSet.add(n);
  if (fencing)
    for (const n of online)
      for (const { p } of prims)
        if (p.class !== 'stonith' && stateOf(n, p.id) === 'stopfailed') fenceSet.add(n);
  const fenceActs = [...fenceSet].map((n) => {
    summary.push(`fence ${n}`);
    return add(`fence ${n}`, {
      kind: 'cluster',
      operation: 'stonith',
      operationKey: `stonith-${n}-reboot`,
      onNode: n,
      onNodeUuid: n,
      downed: [n],
      attributes: { CRM_meta_stonith_action: 'reboot', CRM_meta_timeout: '60000' },
    });
  });
  const chosen = new Map<string, string | undefined>();
  const reasons: Record<string, string> = {};
  const load = new Map<string, number>();
  const colo = input.configuration.constraints.filter((c) => c.kind === 'colocation');
  const orders = input.configuration.constraints.filter((c) => c.kind === 'order');
  const meta = (p: Primitive, n: string) => p.meta.flatMap((b) => b.pairs).find((x) => x.name === n)?.value;
  const managed = (p: Primitive) => meta(p, 'is-managed') !== 'false';
  const banned = (n: string, p: Primitive) => {
    const st = states.find((x) => x.name === n);
    return !!st?.transientAttributes
      .flatMap((b) => b.pairs)
      .some((x) => x.name?.startsWith(`fail-count-${p.id}#`) && x.value === 'INFINITY');
  };
  const place = (e: (typeof prims)[number]) => {
    const { p } = e;
    if (chosen.has(p.id)) return;
    if (stopAll || meta(p, 'target-role') === 'Stopped') {
      chosen.set(p.id, undefined);
      return;
    }
    let cands = usable.filter((n) => !fenceSet.has(n) && !banned(n, p));
    if (e.prev !== undefined) {
      const pe = prims.find((x) => x.p.id === e.prev)!;
      place(pe);
      const n = chosen.get(e.prev);
      cands = cands.filter((x) => x === n);
    }
    if (e.group !== undefined && e.prev === undefined)
      for (const m of members.get(e.group)!) {
        const mp = prims.find((x) => x.p.id === m)!.p;
        cands = cands.filter((n) => !banned(n, mp));
      }
    for (const c of colo)
      if (c.kind === 'colocation' && c.resource === p.id && c.score === 'INFINITY') {
        const w = prims.find((x) => x.p.id === lastOf(c.withResource!));
        if (w) {
          place(w);
          const n = chosen.get(w.p.id);
          cands = cands.filter((x) => x === n);
        }
      }
    const score = (n: string) => {
      let s = 0;
      for (const c of input.configuration.constraints)
        if (c.kind === 'location' && (c.resource === p.id || c.resource === e.group) && c.node === n)
          s += Number(c.score === 'INFINITY' ? 1e6 : c.score === '-INFINITY' ? -1e6 : c.score) || 0;
      return s;
    };
    cands = cands.filter((n) => score(n) > -1e6);
    cands.sort(
      (a, b) =>
        score(b) - score(a) ||
        Number(stateOf(b, p.id) === 'active') - Number(stateOf(a, p.id) === 'active') ||
        (load.get(a) ?? 0) - (load.get(b) ?? 0) ||
        (a < b ? -1 : 1),
    );
    const n = cands[0];
    chosen.set(p.id, n);
    if (n) load.set(n, (load.get(n) ?? 0) + 1);
    else reasons[p.id] = 'no node may run it';
  };
  for (const e of prims) place(e);
  // dependencies
  const firstsOf = new Map<string, string[]>();
  for (const e of prims) {
    const f: string[] = [];
    if (e.prev) f.push(e.prev);
    firstsOf.set(e.p.id, f);
  }
  for (const o of orders)
    if (o.kind === 'order' && o.first && o.then) firstsOf.get(firstOf(o.then))?.push(lastOf(o.first));
  const stops = new Map<string, Set<string>>();
  const starts = new Map<string, string>();
  for (const { p } of prims) {
    if (!managed(p)) continue;
    const want = chosen.get(p.id);
    const stopOn = new Set<string>();
    for (const n of online) {
      if (fenceSet.has(n)) continue;
      const s = stateOf(n, p.id);
      if (s === 'active' && n !== want) stopOn.add(n);
      if (s === 'failed' || s === 'pending') stopOn.add(n);
      if (s === 'stopfailed' && !fencing) {
        chosen.set(p.id, undefined);
        reasons[p.id] = `blocked: stop failed on ${n}`;
      }
    }
    stops.set(p.id, stopOn);
    const w = chosen.get(p.id);
    if (w && !(stateOf(w, p.id) === 'active' && stopOn.size === 0)) starts.set(p.id, w);
    if (starts.has(p.id) && w && stateOf(w, p.id) === 'active') stopOn.add(w);
  }
  for (let again = true; again; ) {
    again = false;
    for (const { p } of prims)
      for (const f of firstsOf.get(p.id) ?? []) {
        const fs = stops.get(f) ?? new Set<string>();
        const fRuns = starts.has(f) || online.some((n) => stateOf(n, f) === 'active' && !fs.has(n));
        if (!fRuns && starts.has(p.id)) {
          starts.delete(p.id);
          again = true;
        }
        if (fs.size > 0 || !fRuns)
          for (const n of online)
            if (stateOf(n, p.id) === 'active' && !stops.get(p.id)!.has(n) && managed(p)) {
              stops.get(p.id)!.add(n);
              if (fRuns && chosen.get(p.id)) starts.set(p.id, chosen.get(p.id)!);
              again = true;
            }
      }
  }
  const probes = new Map<string, Act[]>();
  for (const { p } of prims) {
    const list: Act[] = [];
    for (const n of online) {
      if (fenceSet.has(n)) continue;
      if (stateOf(n, p.id) === 'unknown') list.push(op(p, 'monitor', n, 0, 7));
    }
    probes.set(p.id, list);
  }
  for (const { p } of prims) {
    const stopActs: Act[] = [];
    for (const n of stops.get(p.id) ?? []) {
      const s = op(p, 'stop', n);
      for (const x of probes.get(p.id)!) s.inputs.add(x.id);
      stopActs.push(s);
      summary.push(`stop ${p.id} on ${n}`);
    }
    const w = starts.get(p.id);
    if (w) {
      // a start waits for every probe of the resource, and is only planned when none is missing
      const s = op(p, 'start', w);
      summary.push(`start ${p.id} on ${w}`);
      for (const x of [...probes.values()].flat())
        if (x.action.onNode === w || x.action.resource!.id === p.id) s.inputs.add(x.id);
      for (const x of stopActs) s.inputs.add(x.id);
      if (p.class !== 'stonith') for (const x of fenceActs) s.inputs.add(x.id);
    }
    const runsOn =
      w ??
      online.find((n) => n === chosen.get(p.id) && stateOf(n, p.id) === 'active' && !stops.get(p.id)?.has(n));
    if (runsOn)
      for (const o of p.operations) {
        const iv = ms(o.attributes['interval'], 0);
        if (o.name !== 'monitor' || !iv) continue;
        const known = hist(runsOn, p.id)?.operations.some(
          (x) => x.operation === 'monitor' && x.intervalMs === iv,
        );
        if (w || !known) {
          const m = op(p, 'monitor', runsOn, iv);
          const st = byKey.get(`${p.id} start 0 ${runsOn}`);
          if (st) m.inputs.add(st.id);
        }
      }
  }
  for (const { p } of prims)
    for (const f of firstsOf.get(p.id) ?? []) {
      for (const a of acts)
        if (a.action.resource?.id === p.id && a.action.operation === 'start')
          for (const b of acts)
            if (b.action.resource?.id === f && b.action.operation === 'start') a.inputs.add(b.id);
      for (const a of acts)
        if (a.action.resource?.id === f && a.action.operation === 'stop')
          for (const b of acts)
            if (b.action.resource?.id === p.id && b.action.operation === 'stop') a.inputs.add(b.id);
    }
  const synapses: Synapse[] = acts.map((a, i) => ({ id: i, action: a.action, inputs: [...a.inputs] }));
  const graph: ActionGraph = { header: { 'cluster-delay': '60s', transition_id: '1' }, synapses };
  const decisions: Decision[] = summary.map((line) => {
    const [verb = '', subject = '', , node] = line.split(' ');
    return { verb, subject, ...(node ? { toNode: node } : {}), blocked: false };
  });
  for (const [subject, reason] of Object.entries(reasons))
    decisions.push({ verb: 'Start', subject, reason, blocked: true });
  return { graph, scores: [], decisions, state: undefined as never, explanation: [], warnings: [] };
}
