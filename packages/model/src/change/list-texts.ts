import type { Configuration } from '../configuration/configuration.ts';
import { entityCodec } from '../json/change-codec.ts';
import { CONFIGURATION_LISTS } from '../json/configuration-codec.ts';
import { entityText } from '../json/entity-text.ts';
import type { Entity, EntityKind } from './entity.ts';
import { KIND_OF_LIST } from './revisioned-configuration.ts';
import { OPERATIONS_PER_SLICE } from './slices.ts';

/** Name of one list of a configuration. */
export type ConfigurationList = keyof Configuration;

/** The names of all lists, in the order of the JSON. */
export const configurationLists: readonly ConfigurationList[] = CONFIGURATION_LISTS;

/**
 * One list of a configuration as JSON, some entities in each text. From the texts that entities keep of themselves: a
 * fifth of the work of a structured copy.
 */
export function listTexts(configuration: Configuration, name: ConfigurationList): readonly string[] {
  const kind = KIND_OF_LIST.get(name) as EntityKind;
  const values = configuration[name];
  const texts: string[] = [];
  for (let from = 0; from < values.length; from += OPERATIONS_PER_SLICE) {
    const some = values.slice(from, from + OPERATIONS_PER_SLICE);
    texts.push(`[${some.map((value) => entityText({ kind, value } as Entity)).join()}]`);
  }
  return texts;
}

/** The entities that `listTexts` wrote. */
export function listFromTexts(name: ConfigurationList, texts: readonly string[]): readonly Entity['value'][] {
  const kind = KIND_OF_LIST.get(name);
  return texts.flatMap((text) =>
    (JSON.parse(text) as readonly unknown[]).map((value) => entityCodec.decode({ kind, value }, 0).value),
  );
}
