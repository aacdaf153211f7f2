
function work(): number { let x = 1; const a = new Float64Array(4096); const m = new Map<number, object>(); for (let i = 0; i < 3e6; i++) { x = Math.imul(x ^ i, 0x01000193); a[x & 4095]! += i; if ((i & 63) === 0) m.set(x & 8191, { i, x }); } return a[5]! + m.size; }
export function calibrate(): number { let best = 9e9; for (let r = 0; r < 3; r++) { const b = process.cpuUsage(); work(); const u = process.cpuUsage(b); best = Math.min(best, (u.user + u.system) / 1e3); } return best; }
