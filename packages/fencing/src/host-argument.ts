/** Reads a time as options give it: `30`, `30s`, `500ms`, `2m`. Returns milliseconds, or the default. */
export function readDurationMs(text: string | undefined, defaultMs: number): number {
  const match = /^\s*(\d+)\s*(ms|msec|us|usec|s|sec|m|min|h|hr)?\s*$/i.exec(text ?? '');
  if (!match) return defaultMs;
  const amount = Number(match[1]);
  switch ((match[2] ?? 's').toLowerCase()) {
    case 'us':
    case 'usec':
      return Math.round(amount / 1000);
    case 'ms':
    case 'msec':
      return amount;
    case 'm':
    case 'min':
      return amount * 60_000;
    case 'h':
    case 'hr':
      return amount * 3_600_000;
    default:
      return amount * 1000;
  }
}

/** Reads `pcmk_host_list`: names between spaces, commas or semicolons. */
export function readHostList(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,;]+/).filter((name) => name !== '');
}

/** Reads `pcmk_host_map`: `node1:1;node2:2,3` between semicolons or spaces. The value keeps its commas. */
export function readHostMap(text: string | undefined): Map<string, string> {
  const map = new Map<string, string>();
  for (const part of (text ?? '').split(/[\s;]+/)) {
    const match = /^([^:=]+)[:=](.+)$/.exec(part);
    if (match?.[1] && match[2]) map.set(match[1], match[2]);
  }
  return map;
}

/** Reads `pcmk_delay_base`: one time, or `node1:1s;node2:5s` for a time by target. */
export function readDelayByTarget(text: string | undefined, target: string): number {
  if (text === undefined) return 0;
  if (!/[:=]/.test(text)) return readDurationMs(text, 0);
  return readDurationMs(readHostMap(text).get(target), 0);
}
