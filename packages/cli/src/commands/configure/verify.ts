import { Verify } from '../verify.ts';

/** `holdfast configure verify`: the same as `holdfast verify`. */
export class ConfigureVerify extends Verify {
  static override summary = 'Check the configuration; the same as "verify".';
}
