import {
  type RevisionedConfiguration,
  revisionedConfigurationPieces,
  revisionedConfigurationToJson,
} from './revisioned-configuration.ts';

/**
 * A configuration on its way to a reader. As JSON it is that of `revisionedConfigurationToJson`; a large one is written
 * piece by piece instead, so that nothing waits for the whole of it.
 */
export class ConfigurationReading {
  readonly state: RevisionedConfiguration;

  constructor(state: RevisionedConfiguration) {
    this.state = state;
  }

  toJSON(): unknown {
    return revisionedConfigurationToJson(this.state);
  }

  /** The text of the JSON, some milliseconds of work for each piece. */
  pieces(): Generator<string, void> {
    return revisionedConfigurationPieces(this.state);
  }
}
