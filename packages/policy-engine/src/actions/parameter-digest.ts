import { md5 } from './md5.ts';

/**
 * The digest of a parameter set: MD5 of its canonical XML text, attributes sorted by name.
 */
export function parameterDigest(parameters: ReadonlyMap<string, string>): string {
  const names = [...parameters.keys()].sort();
  let text = ' <parameters';
  for (const name of names) text += ` ${name}="${escapeXml(parameters.get(name) as string)}"`;
  return digestOf(`${text}/>\n`);
}

const remembered = new WeakMap<ReadonlyMap<string, string>, string>();

/** The same of a set that is kept and never changes: many records of a history are compared with it. */
export function keptDigest(parameters: ReadonlyMap<string, string>): string {
  let digest = remembered.get(parameters);
  if (digest === undefined) {
    digest = parameterDigest(parameters);
    remembered.set(parameters, digest);
  }
  return digest;
}

const withTimeout = new WeakMap<ReadonlyMap<string, string>, Map<string, string>>();

/** The digest of a set that is kept, for a recurring operation: its timeout counts. */
export function keptRecurringDigest(parameters: ReadonlyMap<string, string>, timeout: string): string {
  let byTimeout = withTimeout.get(parameters);
  if (byTimeout === undefined) {
    byTimeout = new Map();
    withTimeout.set(parameters, byTimeout);
  }
  let digest = byTimeout.get(timeout);
  if (digest === undefined) {
    digest = parameterDigest(new Map([...parameters, ['CRM_meta_timeout', timeout]]));
    byTimeout.set(timeout, digest);
  }
  return digest;
}

const digests = new Map<string, string>();
const MAX_DIGESTS = 1000;
const MAX_TEXT = 200;

/** Many resources have the same few parameters (mostly none), so short texts are remembered. */
function digestOf(text: string): string {
  if (text.length > MAX_TEXT) return md5(text);
  let digest = digests.get(text);
  if (digest === undefined) {
    digest = md5(text);
    if (digests.size >= MAX_DIGESTS) digests.clear();
    digests.set(text, digest);
  }
  return digest;
}

const ESCAPED = /[&<>"\t\n\r]/;

function escapeXml(text: string): string {
  if (!ESCAPED.test(text)) return text;
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\t/g, '&#9;')
    .replace(/\n/g, '&#10;')
    .replace(/\r/g, '&#13;');
}
