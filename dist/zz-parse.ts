import { readFileSync } from 'node:fs';
import { parseCib } from '@holdfast/model';
const bytes = readFileSync(process.argv[2]!);
let best = 9e9; const all=[];
for (let i = 0; i < Number(process.argv[3] ?? 10); i++) { const b = process.cpuUsage(); const w = performance.now(); parseCib(bytes); const u = process.cpuUsage(b); best = Math.min(best, (u.user + u.system) / 1e3); all.push((performance.now()-w).toFixed(0)); }
console.log('parse cpu', best.toFixed(1), all.join(' '));
