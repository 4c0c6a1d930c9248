/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeKeyPairs.html. AWS gives no pages of them. */
import { describeResources } from '../describe/describe.ts';
import { ec2 } from '../ec2.ts';
import { accountCheck } from '../resource/kind.ts';
import { wholeSeconds } from '../whole-seconds.ts';
import { type KeyPairRecord, keyPairKind, requireKeyPair } from './key-pair.ts';

export default ec2.operation('DescribeKeyPairs', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeKeyPairs') }),
  async execute(context, input) {
    const { KeyNames: names = [], KeyPairIds: ids = [] } = input;
    const named = await Promise.all(
      [...new Set(names)].map((name) => requireKeyPair(context.tx, context, name)),
    );
    const { items } = await describeResources(context.tx, context, {
      kind: keyPairKind,
      ids: ids.length > 0 ? [...ids, ...named.map(({ id }) => id)] : undefined,
      idsName: 'keyPairIds',
      filters: input.Filters,
      fields: {
        fingerprint: ({ fingerprint }) => fingerprint,
        'key-name': ({ name }) => name,
        'key-pair-id': ({ id }) => id,
      },
      list: names.length > 0 ? async () => named : undefined,
    });
    return { KeyPairs: items.map((pair) => showKeyPair(pair, input.IncludePublicKey ?? false)) };
  },
});

const showKeyPair = (pair: KeyPairRecord, withPublicKey: boolean) => ({
  KeyPairId: pair.id,
  KeyFingerprint: pair.fingerprint,
  KeyName: pair.name,
  KeyType: pair.type,
  CreateTime: wholeSeconds(pair.createdAtMs),
  PublicKey: withPublicKey ? pair.publicKey : undefined,
  Tags: [...pair.tags],
});
