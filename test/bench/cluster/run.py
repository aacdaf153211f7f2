#!/usr/bin/env python3
"""Measures Holdfast and Pacemaker/Corosync side by side on this machine and prints both with their ratio.

    sudo test/bench/cluster/run.py [--reps 5] [--only holdfast|peer] [--out FOLDER] [--shares N] [SCENARIO ...]

Scenarios: crash crash-unsafe partition cold writes batch idle. Needs root, the Debian packages of .ci/run, and the peer's
harness (HOLDFAST_PEERS, else ../shared/peers/pacemaker-netns beside the repository). Results go to results.json and
TABLE.md beside this file, unless --out names another folder. --shares raises the CPU weight of both sides alike where
other work runs on the machine (1024 is that of one other session).
"""
import argparse, atexit, json, os, statistics, sys, time, traceback

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
import scenarios
from holdfast_cluster import bench

RUNS = {
    'crash': lambda peer, reps: scenarios.crash(peer, reps, True),
    'crash-unsafe': lambda peer, reps: scenarios.crash(peer, reps, False),
    'partition': scenarios.partition,
    'cold': scenarios.cold,
    'writes': lambda peer, reps: scenarios.writes(peer, 300, 1000),
    'batch': lambda peer, reps: scenarios.batch(peer, min(reps, 3)),
    'idle': lambda peer, reps: scenarios.idle(peer, 2),
}


def table(results):
    lines = ['| figure | Holdfast | peer | ratio | n |', '|---|---:|---:|---:|---:|']
    for name in sorted({k for side in results.values() for k in side}):
        ours, theirs = (results.get(side, {}).get(name) for side in ('holdfast', 'peer'))
        def show(v):
            if not v: return '-'
            m = statistics.median(v)
            return '%.1f (%.1f-%.1f)' % (m, min(v), max(v)) if len(v) > 1 else '%.1f' % m
        ratio = '-'
        if ours and theirs and statistics.median(theirs): ratio = '%.2f' % (statistics.median(ours) / statistics.median(theirs))
        lines.append('| %s | %s | %s | %s | %d |' % (name, show(ours), show(theirs), ratio, len(ours or theirs)))
    return '\n'.join(lines) + '\n'


def raise_share(shares):
    """On a machine with other work: this program and everything it starts, of both sides, gets more of the processors."""
    group = '/sys/fs/cgroup/cpu/holdfast-bench'
    os.makedirs(group, exist_ok=True)
    open(group + '/cpu.shares', 'w').write(str(shares))
    open(group + '/cgroup.procs', 'w').write('0')


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('scenarios', nargs='*')
    ap.add_argument('--reps', type=int, default=5)
    ap.add_argument('--only', choices=['holdfast', 'peer'])
    ap.add_argument('--out', default=HERE)
    ap.add_argument('--shares', type=int, default=0)
    a = ap.parse_args()
    if os.geteuid() != 0: sys.exit('run.py: needs root for network namespaces')
    atexit.register(lambda: [c.down() for c in bench.CLUSTERS])
    if a.shares: raise_share(a.shares)
    results = {'holdfast': {}, 'peer': {}}
    os.makedirs(a.out, exist_ok=True)
    path = os.path.join(a.out, 'results.json')
    if os.path.exists(path): results = json.load(open(path))
    for name in a.scenarios or list(RUNS):
        for side in ('holdfast', 'peer'):
            if a.only and side != a.only: continue
            t0 = time.time()
            try:
                figures = RUNS[name](side == 'peer', a.reps)
            except Exception as e:
                traceback.print_exc(); print('%s on %s failed: %s' % (name, side, e), flush=True); continue
            for k, v in figures.items(): results[side]['%s.%s' % (name, k)] = [round(x, 2) for x in v]
            print('%s on %s took %.0f s' % (name, side, time.time() - t0), flush=True)
            json.dump(results, open(path, 'w'), indent=1)
            open(os.path.join(a.out, 'TABLE.md'), 'w').write(table(results))
    print(table(results))


main()
