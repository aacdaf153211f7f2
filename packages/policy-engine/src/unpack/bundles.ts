import type { Bundle } from '@holdfast/model';
import type { ResourceInstance } from '../state/resource-instance.ts';
import { readMeta } from './meta.ts';
import { readResourceOptions } from './resource-options.ts';
import { createInstance } from './resources.ts';
import type { UnpackContext } from './unpack-context.ts';

/** Builds a bundle. */
export function unpackBundle(context: UnpackContext, configured: Bundle): ResourceInstance {
  const bundle = createInstance(context, { kind: 'bundle', configured, parent: undefined });
  readMeta(context, bundle, configured.meta);
  readResourceOptions(context, bundle);
  return bundle;
}
