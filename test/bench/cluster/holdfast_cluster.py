"""A Holdfast cluster in namespaces, measured by the very harness that measures the peer.

The peer's harness (bench.py of the folder HOLDFAST_PEERS) creates the namespaces, watches addresses, state files and
pings from outside, and cuts power and links. Here only the software on the machines is another one.
"""
import contextlib, http.client, json, os, signal, socket, subprocess, time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
PEERS = os.environ.get('HOLDFAST_PEERS') or os.path.join(
    os.environ.get('HOLDFAST_SHARED') or os.path.join(os.path.dirname(ROOT), 'shared'), 'peers', 'pacemaker-netns')


def load_peer_harness():
    """The peer's bench.py as a module; its last line would run it."""
    import types
    path = os.path.join(PEERS, 'bench.py')
    text = open(path).read()
    module = types.ModuleType('peer_bench')
    module.__file__ = path
    body, _, _ = text.rpartition('\nmain()')
    exec(compile(body, path, 'exec'), module.__dict__)
    return module


bench = load_peer_harness()
# The launchers, as an operator and the systemd unit start them: their flags are part of what is measured.
DAEMON = [os.path.join(ROOT, 'packages', 'daemon', 'dist', 'bundle', 'holdfastd')]
CLI = [os.path.join(ROOT, 'packages', 'cli', 'dist', 'bundle', 'holdfast')]
SOCKET = '/run/holdfast/holdfast.sock'


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket of a machine, reached through its root directory."""
    def __init__(self, path, timeout=60):
        super().__init__('localhost', timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class HoldfastCluster(bench.Cluster):
    """`text` is the configuration in crm syntax. `detection_ms` and `heartbeat_ms` as in the local configuration."""
    def __init__(self, n, detection_ms=1000, heartbeat_ms=None, text=''):
        super().__init__(n, detection_ms, pacemaker=False)
        self.detection_ms, self.heartbeat_ms, self.text = detection_ms, heartbeat_ms or detection_ms // 5, text

    # -- machines
    def prepare(self, name):
        i = self.names.index(name); d = '%s/%s' % (self.dir, name)
        if not os.path.isdir(d):
            os.makedirs(d + '/state')
            json.dump(dict(name=name, stateDir='/var/lib/holdfast', socket=SOCKET, logFile=d + '/holdfastd.log',
                           links=[dict(listen='%s%d:7420' % (bench.NET, i + 1))], heartbeatIntervalMs=self.heartbeat_ms,
                           detectionTimeoutMs=self.detection_ms), open(d + '/holdfast.json', 'w'))
        cg = None
        if self.cg:
            cg = self.cg + '/' + name; os.makedirs(cg, exist_ok=True)
        def pre():
            if cg: open(cg + '/cgroup.procs', 'w').write('0')
        p, pid = self._unshare(['-n', '-m', '-u', '-i', '-p'],
                               [HERE + '/node_init.sh', name, d, self.shared, PEERS + '/agents'], pre)
        for _ in range(500):
            if os.path.exists('/proc/%d/root/run/.ready' % pid) and os.readlink('/proc/%d/ns/mnt' % pid) != os.readlink('/proc/self/ns/mnt'): break
            if p.poll() is not None: raise RuntimeError(p.stderr.read().decode())
            time.sleep(0.01)
        else: raise RuntimeError('node init')
        self.uns[name], self.pid[name] = p, pid
        self._veth(name, pid, bench.NET + str(i + 1))
        self.probe.add_node(name, pid)

    def launch(self, names):
        t0 = time.time()
        for x in names:
            def pre(x=x):
                if self.cg: open(self.cg + '/' + x + '/cgroup.procs', 'w').write('0')
            self.popen(x, [*DAEMON, '--config', '%s/%s/holdfast.json' % (self.dir, x)], stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=open('%s/%s/stderr' % (self.dir, x), 'ab'), preexec_fn=pre, start_new_session=True)
        return t0

    # -- control
    def api(self, node, method, path, body=None, timeout=60):
        c = UnixConnection('/proc/%d/root%s' % (self.pid[node], SOCKET), timeout)
        try:
            c.request(method, path, None if body is None else json.dumps(body), {'content-type': 'application/json'})
            r = json.loads(c.getresponse().read())
        finally: c.close()
        if not r.get('ok'): raise RuntimeError('%s %s on %s: %s' % (method, path, node, json.dumps(r.get('error'))[:500]))
        return r.get('value')

    def patiently(self, what, timeout=60):
        end = time.time() + timeout
        while True:
            try: return what()
            except (OSError, RuntimeError, http.client.HTTPException) as e:
                if time.time() > end: raise TimeoutError('%s' % e)
                time.sleep(0.05)

    def form(self):
        """The first start ever: one machine founds the cluster, the others join with tokens, then it is configured."""
        for x in self.names: self.prepare(x)
        self.launch(self.names)
        first = self.names[0]
        self.patiently(lambda: self.api(first, 'POST', '/v1/init', dict(clusterName='bench')))
        for x in self.names[1:]:
            token = self.patiently(lambda: self.api(first, 'POST', '/v1/token', dict(name=x, origin='bench')))['token']
            self.patiently(lambda: self.api(x, 'POST', '/v1/join', dict(token=token)))
        self.settle(self.names, idle=False)
        if self.text: self.configure(self.text)
        self.settle(self.names)

    def configure(self, text):
        f = '%s/change.crm' % self.dir
        open(f, 'w').write(text)
        n = self.any()
        r = subprocess.run(['nsenter', '-t', str(self.pid[n]), '-n', '-m', '-u', '-i', '-p', *CLI, 'configure', 'load', f, '--socket', SOCKET],
                           env=bench.ENV, capture_output=True, text=True, timeout=120)
        if r.returncode: raise RuntimeError('configure: %s' % (r.stdout + r.stderr)[-1500:])

    def status(self, node=None):
        return self.api(node or self.any(), 'GET', '/v1/status', timeout=10)

    def dc(self):
        with contextlib.suppress(OSError, RuntimeError, http.client.HTTPException): return self.status()['leader']

    def settle(self, want=None, timeout=180, idle=True):
        want = set(want or self.pid); end = time.time() + timeout; s = None
        while time.time() < end:
            with contextlib.suppress(OSError, RuntimeError, http.client.HTTPException):
                s = self.status()
                online = {n['name'] for n in s['nodes'] if n['state'] == 'online'}
                moving = s['transition'] and s['transition']['state'] in ('computing', 'running')
                if want <= online and s['leader'] and not (idle and moving): return s['leader']
            time.sleep(0.1)
        raise TimeoutError('settle: %s' % json.dumps(s)[:2000])

    def place_vip(self, node, timeout=90):
        if self.vip_node() != node or getattr(self, 'preferred', None) != node:
            self.configure('location prefer-vip vip 100: %s\n' % node); self.preferred = node
        self.probe.wait(lambda: self.vip_node() == node and sum(bench.VIP in self.probe.addrs[x] for x in self.names) == 1, timeout, 'place vip')
        return self.settle()

    def records(self, node, since):
        """Log records of one machine's daemon from `since` (epoch seconds) on."""
        out = []
        with contextlib.suppress(OSError):
            for line in open('%s/%s/holdfastd.log' % (self.dir, node), errors='replace'):
                with contextlib.suppress(ValueError):
                    r = json.loads(line)
                    if r.get('time', 0) / 1e3 >= since: out.append(r)
        return out

    def crash_daemon(self, node):
        """kill -9 of everything the daemon started and the daemon itself, the machine stays up."""
        for pid in open('/proc/%d/root/run/holdfast/holdfastd.pid' % self.pid[node]).read().split():
            self.ns(self.pid[node], 'kill -9 %s' % pid, '-p', '-m', check=False)


VIP_TEXT = ('primitive vip ocf:heartbeat:IPaddr2 params ip=%s cidr_netmask=24 op monitor interval=10s timeout=20s '
            'op start timeout=20s interval=0 op stop timeout=20s interval=0\n' % bench.VIP)


def dummies_text(n, pre='d', interval='10s'):
    return ''.join('primitive %s%d ocf:pacemaker:Dummy op monitor interval=%s timeout=20s\n' % (pre, i, interval) for i in range(1, n + 1))


def fence_text(names):
    return ('primitive fence stonith:fence_netns params pcmk_host_list="%s" pcmk_host_check=static-list '
            'op monitor interval=60s timeout=20s\n' % ' '.join(names))


def property_text(**values):
    return 'property ' + ' '.join('%s=%s' % (k.replace('_', '-'), v) for k, v in values.items()) + '\n'
