import type { Entity } from '../change/entity.ts';
import { checkEntity } from './check-entity.ts';
import { factsOf } from './entity-facts.ts';

/** Something wrong with an entity by itself. */
export interface OwnError {
  readonly id: string;
  readonly problem: string;
}

const CACHE = new WeakMap<object, readonly OwnError[]>();

/** What is wrong with an entity by itself. Computed once per value, together with its facts: values never change. */
export function ownErrors(entity: Entity): readonly OwnError[] {
  const known = CACHE.get(entity.value);
  if (known) return known;
  factsOf(entity);
  const errors: OwnError[] = [];
  checkEntity(entity, (level, id, problem) => {
    if (level === 'error') errors.push({ id, problem });
  });
  CACHE.set(entity.value, errors);
  return errors;
}
