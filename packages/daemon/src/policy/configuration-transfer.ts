import { type Configuration, configurationLists, listFromTexts, listTexts } from '@holdfast/model';

/** The lists of a configuration that differ from those sent before, as texts. */
export type SentLists = Readonly<Record<string, readonly string[]>>;

/**
 * The main loop's side of a configuration on its way to the policy thread. A structured copy of a large one holds the
 * main loop up, and most computations differ from the one before in the status only. So what did not change stays
 * there, and what did travels as the texts that entities keep of themselves.
 */
export class ConfigurationSender {
  readonly #sent = new Map<string, unknown>();

  lists(configuration: Configuration): SentLists {
    const lists: Record<string, readonly string[]> = {};
    for (const name of configurationLists) {
      const values = configuration[name];
      if (this.#sent.get(name) === values) continue;
      lists[name] = listTexts(configuration, name);
      this.#sent.set(name, values);
    }
    return lists;
  }
}

/** The policy thread's side. */
export class ConfigurationReceiver {
  #known: Record<string, unknown> = {};

  take(lists: SentLists): Configuration {
    const next = { ...this.#known };
    for (const name of configurationLists) {
      const texts = lists[name];
      if (texts) next[name] = listFromTexts(name, texts);
    }
    this.#known = next;
    return next as unknown as Configuration;
  }
}
