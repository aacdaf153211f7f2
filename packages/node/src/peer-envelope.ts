import { isConsensusMessage } from '@holdfast/consensus';
import { isMembershipMessage } from '@holdfast/membership';
import { HoldfastError } from '@holdfast/model';
import { decodeEnvelope, type Envelope } from '@holdfast/protocol';

/**
 * Reads a frame and checks all of it, the bodies of the cores' messages included, before anything of it is used (S13).
 *
 * @param cluster this member's cluster UUID
 * @throws HoldfastError FRAME_TOO_LARGE, FRAME_MALFORMED or WRONG_CLUSTER
 */
export function decodePeerEnvelope(bytes: Uint8Array, cluster: string): Envelope {
  const envelope = decodeEnvelope(bytes, cluster);
  for (const part of envelope.parts) {
    const wrong =
      (part.kind === 'consensus' && !isConsensusMessage(part.body)) ||
      (part.kind === 'membership' && !isMembershipMessage(part.body));
    if (wrong) throw new HoldfastError('FRAME_MALFORMED', { problem: `a ${part.kind} message is not valid` });
  }
  return envelope;
}
