import type { Entity } from '../change/entity.ts';
import { readEntities } from '../cib-xml/read-entity.ts';
import { HoldfastError } from '../errors/holdfast-error.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Reads an `xml` statement: one element of the configuration as XML. */
export function parseXmlStatement(cursor: TokenCursor): readonly Entity[] {
  try {
    return readEntities(cursor.rest);
  } catch (error) {
    if (error instanceof HoldfastError) throw cursor.error(error.message);
    throw error;
  }
}
