import { chaos } from './chaos.ts';
const from = Number(process.argv[2] ?? 1), to = Number(process.argv[3] ?? 20), size = Number(process.argv[4] ?? 3);
const t0 = Date.now(); let bad = 0, steps = 0;
for (let s = from; s <= to; s++) {
  const r = chaos(s, size); steps += r.steps;
  if (r.problems.length) { bad++; console.log('seed', s, r.problems.slice(0, 3).join(' | ').slice(0, 700), 'starts', r.starts);
    if (process.argv[5]) { const all = [...r.world.hosts.values()].flatMap((h) => h.logs).concat(r.world.trail).sort((a, b) => Number(a.split(' ')[0]) - Number(b.split(' ')[0])); console.log(all.slice(-Number(process.argv[5])).join('\n')); }
  }
}
console.log(`${to - from + 1} seeds, ${bad} bad, ${Date.now() - t0} ms, ${steps} steps`);
if (process.argv[5]) { const r = chaos(from, size); const l = r.world.leader(); console.log(l?.name, JSON.stringify(l?.node?.status()?.transition), l?.node?.nextDeadlineMs(), r.world.nowMs); const rn = (l?.node as any).running; const ru = rn.leadership.runner; console.log(ru.walker?.phase, ru.walker?.inFlightActions().map((a: any) => a.operationKey + '@' + a.onNode), ru.dirty, ru.computing?.token, ru.notBeforeMs, rn.dueMs, rn.leadership.admissions.allReported(), ru.walker?.nextDeadlineMs(), JSON.stringify([...rn.context.replica.state.holders]), [...rn.context.replica.state.members.values()].map((m: any)=>m.name+m.status+m.incarnation+m.probed)); }
