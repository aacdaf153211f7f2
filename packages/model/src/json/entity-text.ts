import type { Entity } from '../change/entity.ts';
import { entityCodec } from './change-codec.ts';

const CACHE = new WeakMap<object, string>();

/**
 * An entity's value as JSON with a fixed key order. Written once per value, since values never change: a snapshot of a
 * large configuration puts texts together instead of writing all of it again.
 */
export function entityText(entity: Entity): string {
  const known = CACHE.get(entity.value);
  if (known !== undefined) return known;
  const { value } = entityCodec.encode(entity) as { readonly value: unknown };
  const text = JSON.stringify(value);
  CACHE.set(entity.value, text);
  return text;
}
