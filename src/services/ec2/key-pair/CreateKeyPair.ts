/**
 * Makes a key pair and hands out its private key, once: only the public half is kept
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html).
 */
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { openSshLine, publicKeyOf } from '../../../service-kit/ssh-key.ts';
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
import { privateKeyPem, puttyFile } from './private-key-file.ts';
import { fingerprintOf } from './ssh-key.ts';

const generate = promisify(generateKeyPair) as (
  type: string,
  options: object,
) => Promise<{ publicKey: KeyObject; privateKey: KeyObject }>;

export default ec2.operation('CreateKeyPair', {
  checks: (context, input) =>
    keyPairCreationChecks(context, 'ec2:CreateKeyPair', input, { 'ec2:KeyPairType': input.KeyType ?? 'rsa' }),
  preconditions: (context, input) => requireRoomFor(context.tx, context, input.KeyName),
  async calls(ctx, input) {
    const { publicKey, privateKey } = await generate(input.KeyType ?? 'rsa', { modulusLength: 2048 });
    const pair = publicKeyOf(publicKey);
    return {
      type: pair.type,
      fingerprint: fingerprintOf(pair, privateKey),
      publicKey: openSshLine(pair, input.KeyName),
      material:
        input.KeyFormat === 'ppk'
          ? puttyFile(pair, privateKey, input.KeyName)
          : privateKeyPem(ctx.entropy, pair, privateKey),
    };
  },
  execute(context, input, { keyPair }, { material, ...made }) {
    const { account, region, nowMs } = context;
    const { tags } = keyPair.plan;
    const id = newId(context.entropy, keyPairKind.prefix);
    const record: KeyPairRecord = {
      account,
      region,
      id,
      tags,
      name: input.KeyName,
      createdAtMs: nowMs,
      ...made,
    };
    context.tx.put(keyPairs, record);
    return {
      KeyPairId: id,
      KeyName: record.name,
      KeyFingerprint: record.fingerprint,
      KeyMaterial: material,
      Tags: tags.length > 0 ? [...tags] : undefined,
    };
  },
  audit: {
    resources: (input, output, context) => createdResources(context, 'key-pair', [output && input.KeyName]),
  },
});
