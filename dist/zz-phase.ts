import { readFileSync } from 'node:fs';
import { parseCib } from '@holdfast/model';
import { computeTransition } from '@holdfast/policy-engine';
import { calibrate } from './zz-cal.ts';
const [, , file = '', reps = '8'] = process.argv;
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e3; };
calibrate();
// Time in units of a calibration loop measured around each round; median of the lower half.
const rows: number[][] = [[], [], []];
const raw: number[][] = [[], [], []];
for (let i = 0; i < Number(reps); i++) {
  const c0 = calibrate();
  const a = cpu(); const bytes = readFileSync(file);
  const b = cpu(); const cib = parseCib(bytes);
  const c = cpu(); const r = computeTransition(cib, { scores: false });
  const d = cpu();
  const c1 = calibrate();
  const k = (c0 + c1) / 2 / 6;
  [c - b, d - c, d - a].forEach((v, j) => { rows[j]!.push(v / k); raw[j]!.push(v); });
  if (r.graph.synapses.length === 0) throw new Error('x');
}
const low = (v: number[]) => { v.sort((x, y) => x - y); return `${v[0]!.toFixed(0)}/${v[Math.floor(v.length / 4)]!.toFixed(0)}`; };
console.log(file.split('/').pop(), 'cal(parse compute all)', rows.map(low).join('  '), ' raw', raw.map(low).join('  '), 'MB', (process.resourceUsage().maxRSS / 1024).toFixed(0));
