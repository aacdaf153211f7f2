"""The same scenarios on Holdfast and on the peer. Each function returns {figure: [values]}; times in milliseconds."""
import contextlib, json, os, re, subprocess, time

from holdfast_cluster import (HERE, PEERS, SOCKET, HoldfastCluster, VIP_TEXT, bench, dummies_text,
                              fence_text, property_text)

VIP = bench.VIP


def new_cluster(peer, fencing=None, vip=True, dummies=2, unthrottled=False, unsafe=False, token=1000):
    """A three-machine cluster of either kind that is up and settled. fencing: None = off."""
    n = 3
    if peer:
        props = {'stonith-enabled': 'true' if fencing else 'false', **(bench.UNTHROTTLED if unthrottled else {})}
        c = bench.Cluster(n, token, props=props, resources=(bench.vip_xml() if vip else '') + (bench.dummies(dummies) if dummies else ''))
        if fencing: c.resources += bench.fence_xml(c.names)
        c.up(); c.settle()
        return c
    c = HoldfastCluster(n, token)
    props = {'fencing_enabled': 'true' if fencing else 'false'}
    if unsafe: props['unsafe_recovery'] = 'true'
    if unthrottled: props['node_action_limit'] = '100'
    c.text = property_text(**props) + (VIP_TEXT if vip else '') + (dummies_text(dummies) if dummies else '')
    if fencing: c.text += fence_text(c.names)
    c.form()
    return c


# ---------------------------------------------------------------- failover
def place_on(c, victim_is_dc):
    """Puts the address on the leader's machine or on another one; returns that machine."""
    d = c.settle()
    victim = d if victim_is_dc else [x for x in c.names if x != d][-1]
    for _ in range(4):
        now = c.place_vip(victim)
        if (now == victim) == victim_is_dc: return victim
        victim = now if victim_is_dc else [x for x in c.names if x != now][-1]
    raise RuntimeError('the leader does not stay')


def crash_once(c, peer, victim_is_dc):
    victim = place_on(c, victim_is_dc)
    p = c.probe; fences = len(c.fences)
    p.reset(); p.ping_to = VIP; time.sleep(1.0 + (time.time() % 1))
    t0 = c.kill(victim)
    up = p.await_ev(t0, 'addr+', VIP, notnode=victim, timeout=90)
    pong = p.wait(lambda: next((x for x in p.ev if x[2] == 'pong' and x[3] >= t0 + 0.001 and x[0] >= up[0] - 0.05), None), 30, 'pong')
    p.ping_to = None
    out = {'answers': (pong[0] - t0) * 1e3, 'configured': (up[0] - t0) * 1e3}
    if len(c.fences) > fences: out['fence_called'] = (c.fences[fences][0] - t0) * 1e3
    if not peer: out.update(phases(c, t0, victim, up[0]))
    c.reap(victim); c.up([victim]) if peer else (c.prepare(victim), c.launch([victim])); c.settle(c.names)
    return out


def phases(c, t0, victim, configured):
    """Where the time went, from the logs of the survivors (records carry the wall clock in milliseconds).

    detection: until the first survivor calls the victim lost; decision: until the transition is computed (election if the
    leader died, commit of the loss, policy engine); fencing: until the proof is committed; action: until the address is
    configured on the new machine (grant, command, agent)."""
    records = sorted((r for x in c.names if x in c.pid for r in c.records(x, t0)), key=lambda r: r['time'])
    def after(since, match):
        return next((r['time'] for r in records if r['time'] >= since and match(r)), None)
    begin = t0 * 1e3
    lost = after(begin, lambda r: r.get('event') == 'peer-lost' and r.get('peer') == victim)
    planned = lost and after(lost, lambda r: r.get('event') == 'transition')
    if not planned: return {}
    out = {'detection': lost - begin, 'decision': planned - lost}
    proven = after(planned, lambda r: r.get('event') == 'fenced' and r.get('target') == victim)
    if proven and proven <= configured * 1e3: out['fencing'] = proven - planned
    else: proven = planned
    out['action'] = configured * 1e3 - proven
    return out


def crash(peer, reps, fencing):
    c = new_cluster(peer, fencing=fencing, unsafe=not fencing)
    try:
        out = {}
        for is_dc in (False, True):
            for _ in range(reps):
                for k, v in crash_once(c, peer, is_dc).items():
                    out.setdefault('%s.%s' % ('leader' if is_dc else 'member', k), []).append(v)
        return out
    finally: c.down()


def partition(peer, reps):
    """Silent cut of the machine that holds the address; nobody fences. Positive overlap: both sides held it."""
    c = new_cluster(peer, unsafe=True)
    try:
        out = {}
        for is_dc in (False, True):
            for _ in range(reps):
                victim = place_on(c, is_dc); p = c.probe
                p.reset(); time.sleep(1.0 + (time.time() % 1))
                t0 = c.isolate(victim)
                up = p.await_ev(t0, 'addr+', VIP, notnode=victim, timeout=90)
                down = p.await_ev(t0, 'addr-', VIP, node=victim, timeout=90)
                k = 'leader' if is_dc else 'member'
                out.setdefault(k + '.majority_up', []).append((up[0] - t0) * 1e3)
                out.setdefault(k + '.minority_down', []).append((down[0] - t0) * 1e3)
                out.setdefault(k + '.overlap', []).append(max(0.0, (down[0] - up[0]) * 1e3))
                time.sleep(1); c.heal(victim); time.sleep(1); c.settle(c.names, timeout=120)
        return out
    finally: c.down()


# ---------------------------------------------------------------- start, load, rest
def cold(peer, reps):
    """All three machines have their configuration on disk; their daemons start at once."""
    out = {'first_resource': [], 'vip': []}
    for _ in range(reps):
        if peer: c = bench.Cluster(3, 1000, resources=bench.vip_xml() + bench.dummies(2))
        else: c = new_cluster(False, unsafe=True)
        try:
            if not peer:
                # Power off all three, then measure the start with what is on disk.
                for x in list(c.names): c.kill(x)
                time.sleep(0.3)
                for x in list(c.names): c.reap(x)
            for x in c.names: c.prepare(x)
            c.probe.reset()
            t0 = c.launch(c.names)
            v = c.probe.await_ev(t0, 'addr+', VIP, timeout=120)
            d = c.probe.await_ev(t0, 'file+', timeout=120)
            out['vip'].append((v[0] - t0) * 1e3); out['first_resource'].append((min(v[0], d[0]) - t0) * 1e3)
        finally: c.down()
    return out


def batch(peer, reps, count=100):
    c = new_cluster(peer, vip=False, dummies=0, unthrottled=True)
    out = {'all_started': [], 'cpu_seconds': []}
    try:
        for r in range(reps):
            share = bench.Share(c)
            with share:
                c.probe.reset(); t0 = time.time()
                if peer: c.load('resources', bench.dummies(count, pre='r%d-' % r))
                else: c.configure(dummies_text(count, pre='r%d-' % r))
                c.probe.wait(lambda: sum(map(len, c.probe.files.values())) == count, 600, '%d started' % count)
                out['all_started'].append((time.time() - t0) * 1e3)
                c.settle(timeout=600)
            out['cpu_seconds'].append(share.cl)
            if r + 1 < reps:
                if peer: c.load('resources', '')
                else: remove_dummies(c, count, 'r%d-' % r)
                c.probe.wait(lambda: not any(c.probe.files.values()), 600, 'removed'); c.settle(timeout=600)
        return out
    finally: c.down()


def remove_dummies(c, count, pre):
    ops = [dict(kind='delete', entityKind='resource', id='%s%d' % (pre, i)) for i in range(1, count + 1)]
    c.api(c.any(), 'POST', '/v1/configuration', dict(change=dict(operations=ops), origin='bench'))


def cost(c):
    """CPU seconds so far and PSS (MiB) of everything in each machine's control group, agents in flight included."""
    cpu, pss = {}, {}
    for x in c.names:
        cpu[x] = int(open(c.cg + '/' + x + '/cpuacct.usage').read()) / 1e9
        pss[x] = 0
        for pid in open(c.cg + '/' + x + '/cgroup.procs').read().split():
            with contextlib.suppress(OSError, AttributeError):
                comm = open('/proc/%s/comm' % pid).read().strip()
                if comm in ('bash', 'sleep', 'unshare'): continue
                m = open('/proc/%s/smaps_rollup' % pid).read()
                pss[x] += int(re.search(r'^Pss: +(\d+)', m, re.M).group(1)) / 1024
    return cpu, pss


def alone(c, name):
    """MiB a member takes on a machine of its own: PSS splits pages of programs among all who map them, and on this machine
    those are the other members and whatever else runs on the same files. Here each file page counts once per member."""
    anonymous, files = 0, {}
    for pid in open(c.cg + '/' + name + '/cgroup.procs').read().split():
        with contextlib.suppress(OSError):
            if open('/proc/%s/comm' % pid).read().strip() in ('bash', 'sleep', 'unshare'): continue
            key = None
            for line in open('/proc/%s/smaps' % pid):
                head = re.match(r'[0-9a-f]+-[0-9a-f]+ \S+ (\S+) \S+ (\d+)', line)
                if head: key = head.groups() if head.group(2) != '0' else None
                elif line.startswith('Rss:'):
                    kib = int(line.split()[1])
                    if key is None: anonymous += kib
                    else: files[key] = max(files.get(key, 0), kib)
    return (anonymous + sum(files.values())) / 1024


def idle(peer, samples):
    out = {}
    for count in (0, 100):
        c = new_cluster(peer, vip=False, dummies=count, unthrottled=True)
        try:
            c.probe.wait(lambda: sum(map(len, c.probe.files.values())) == count, 200, 'started'); c.settle(); time.sleep(10)
            for _ in range(samples):
                c0, _ = cost(c); t = time.time(); time.sleep(30); c1, pss = cost(c); el = time.time() - t
                for x in c.names:
                    out.setdefault('%d.cpu_s_per_min' % count, []).append((c1[x] - c0[x]) * 60 / el)
                    out.setdefault('%d.pss_mib' % count, []).append(pss[x])
                    out.setdefault('%d.alone_mib' % count, []).append(alone(c, x))
        finally: c.down()
    return out


# ---------------------------------------------------------------- configuration writes
CIB_WRITE, API_WRITE = HERE + '/dist/cib_write', HERE + '/dist/api_write'


def build(program, source, flags=''):
    """The clients of both sides are small C programs: what is measured is the cluster, not an interpreter."""
    if os.path.exists(program): return
    os.makedirs(HERE + '/dist', exist_ok=True)
    subprocess.run(['sh', '-c', 'gcc -D_GNU_SOURCE -O2 -o "$1" "$2" ' + flags, 'sh', program, source], check=False)


def start_client(c, node, count, tag):
    """One client that changes one option again and again over one connection; it waits for the word to begin."""
    path = '/proc/%d/root%s' % (c.pid[node], SOCKET)
    p = subprocess.Popen([API_WRITE, path, str(count), tag], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    p.stdout.readline()
    return p


def write_round(c, peer, leader, clients, count):
    """So many writes by each client at once: the latency of each, and writes per second of all together."""
    if peer:
        ps = [c.popen(leader, [CIB_WRITE, str(count), 'w%d' % k], stdout=subprocess.PIPE, text=True) for k in range(clients)]
        t0 = time.time(); values = [float(y) for x in ps for y in x.communicate()[0].split()]; el = time.time() - t0
    else:
        ps = [start_client(c, leader, count, 'w%d' % k) for k in range(clients)]
        t0 = time.time()
        for x in ps: x.stdin.write('\n'); x.stdin.flush()
        values = [float(y) for x in ps for y in x.communicate()[0].split()]; el = time.time() - t0
        if len(values) != clients * count: raise RuntimeError('%d of %d writes' % (len(values), clients * count))
    return values, len(values) / el


def writes(peer, first, count):
    """The first writes after a start, and more of them after those: a daemon that has just started runs slower."""
    if peer:
        flags = '-I/usr/include/pacemaker $(pkg-config --cflags --libs glib-2.0 libxml-2.0) -lcib -lcrmcommon'
        build(CIB_WRITE, PEERS + '/cib_write.c', flags)
        if not os.path.exists(CIB_WRITE): return {}
    else: build(API_WRITE, HERE + '/api_write.c')
    out = {}
    c = new_cluster(peer, vip=False, dummies=3, unthrottled=True)
    try:
        leader = c.settle()
        for name, clients, writes_each in (('1_client.first', 1, first), ('1_client', 1, count),
                                           ('4_clients.first', 4, first), ('4_clients', 4, count)):
            values, rate = write_round(c, peer, leader, clients, writes_each)
            out[name + '.latency_ms'], out[name + '.per_second'] = values, [rate]
            time.sleep(1); c.settle()
        return out
    finally: c.down()
