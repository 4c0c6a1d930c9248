/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html */
import { openSshLine } from '../../../service-kit/ssh-key.ts';
import { ec2 } from '../ec2.ts';
import { createdResources } from '../resource/arn.ts';
import { newId } from '../resource/kind.ts';
import {
  type KeyPairRecord,
  keyPairCreationChecks,
  keyPairKind,
  keyPairs,
  requireRoomFor,
} from './key-pair.ts';
import { fingerprintOf, readPublicKey } from './ssh-key.ts';

export default ec2.operation('ImportKeyPair', {
  checks: (context, input) => keyPairCreationChecks(context, 'ec2:ImportKeyPair', input),
  async preconditions(context, input) {
    readPublicKey(input.PublicKeyMaterial);
    await requireRoomFor(context.tx, context, input.KeyName);
  },
  execute(context, input, { keyPair }) {
    const { account, region, nowMs } = context;
    const { tags } = keyPair.plan;
    const pair = readPublicKey(input.PublicKeyMaterial);
    const record: KeyPairRecord = {
      account,
      region,
      id: newId(context.entropy, keyPairKind.prefix),
      tags,
      name: input.KeyName,
      type: pair.type,
      fingerprint: fingerprintOf(pair),
      publicKey: openSshLine(pair, input.KeyName),
      createdAtMs: nowMs,
    };
    context.tx.put(keyPairs, record);
    return {
      KeyPairId: record.id,
      KeyName: record.name,
      KeyFingerprint: record.fingerprint,
      Tags: tags.length > 0 ? [...tags] : undefined,
    };
  },
  audit: {
    resources: (input, output, context) => createdResources(context, 'key-pair', [output && input.KeyName]),
  },
});
