/**
 * A key is asked for where it is not: KMS answers for the keys of its own Region, and a multi-Region key is in another only once it
 * has been replicated there (https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html).
 */
import { parseArn } from '../../aws/arn.ts';
import type { Rehearsal, RehearsedCall } from '../../rehearsal/rehearsal.ts';
import type { Obstacle } from '../../rehearsal/transcript.ts';
import { allKeyFacts, type KeyFacts } from '../../services/kms/index.ts';
import { resourceName } from '../words/names.ts';
import { about, anotherKey, type FailedRequest, isOwnCall, keyIn, withKey } from './failing-key.ts';
import type { Candidate } from './remedy.ts';

export function ofAnotherRegion({ invocation }: Obstacle): FailedRequest | undefined {
  const key = keyIn(invocation) ?? '';
  const arn = parseArn(key);
  const here = invocation.caller.region;
  if (!arn?.region || arn.region === here) return undefined;
  return {
    reason: `${resourceName(key)} is a key of ${arn.region}, and KMS in ${here} was asked for it: a key can only be used in its own Region`,
    key,
    async candidates(stage) {
      const where = { invocation, key, here };
      const known = await sameKeys(stage, arn.account, key);
      const home = known.find(({ region }) => region === arn.region) ?? { arn: key, region: arn.region };
      return elsewhere(where, known, home);
    },
  };
}

export function ofNoKey({ invocation }: Obstacle): FailedRequest | undefined {
  const key = keyIn(invocation);
  if (!key) return undefined;
  const arn = parseArn(key);
  const { account = '', region: here = invocation.caller.region } = arn ?? {};
  const where = account ? `account ${account}, Region ${here}` : `the caller's account, Region ${here}`;
  const why = isMultiRegion(key)
    ? 'a multi-Region key is in a Region only once it has been replicated there'
    : 'it was deleted, never existed, or is in another Region';
  return {
    reason: `there is no ${key} in ${where}: ${why}`,
    async candidates(stage) {
      const own = 'identity' in invocation.caller ? invocation.caller.identity.account : '';
      const known = await sameKeys(stage, account || own, key);
      const home = known.find(({ region }) => region !== here);
      return home ? elsewhere({ invocation, key, here }, known, home) : [];
    },
  };
}

const isMultiRegion = (key: string): boolean => /(?:^|:key\/)mrk-/.test(key);

interface Asked {
  readonly invocation: Obstacle['invocation'];
  /** As the call names it. */
  readonly key: string;
  /** The Region that was asked. */
  readonly here: string;
}

/** Of an alias it cannot be said where else it is meant. */
function sameKeys({ runtime: { store } }: Rehearsal, account: string, key: string): Promise<KeyFacts[]> {
  const id = parseArn(key)?.resource.replace(/^key\//, '') ?? key;
  return store.read(async (tx) => (await allKeyFacts(tx, account)).filter(({ keyId }) => keyId === id));
}

function elsewhere(
  asked: Asked,
  known: readonly KeyFacts[],
  home: Pick<KeyFacts, 'arn' | 'region'>,
): Candidate[] {
  const { invocation, key, here } = asked;
  const common = about(invocation, key);
  const replica = known.find(({ region }) => region === here);
  const primary = known.find(({ conditions }) => conditions['kms:MultiRegionKeyType'] === 'PRIMARY');
  const isOwn = isOwnCall(invocation);
  const there: Candidate = {
    ...common,
    sentence: `Change no policy: call KMS in ${home.region}, where the key is (--region ${home.region}).`,
    revise: (call) => ({
      ...withKey(call, key, home.arn),
      caller: { ...call.caller, region: home.region },
    }),
  };
  return [
    ...(replica ? [named(asked, replica.arn)] : []),
    ...(isOwn ? [there] : []),
    ...(!replica && primary ? [replicated(asked, primary)] : []),
    ...(isOwn ? [] : anotherKey(common, key, `a symmetric key in ${here}`)),
  ];
}

function named({ invocation, key, here }: Asked, replica: string): Candidate {
  return {
    ...about(invocation, key),
    sentence: `Change no policy: name the key's replica in ${here}: ${replica}.`,
    revise: (call) => withKey(call, key, replica),
  };
}

/** A replica has a key policy, grants and aliases of its own. */
function replicated({ key, here }: Asked, { arn, account, region }: KeyFacts): Candidate {
  const replica = arn.replace(`:${region}:`, `:${here}:`);
  const input = { KeyId: arn, ReplicaRegion: here };
  return {
    kind: 'state',
    account,
    region,
    target: arn,
    sentence: `Replicate the key to ${here}, with a key policy that lets in whoever is to use it there, and name the replica: ${replica}.`,
    calls: () => [{ service: 'kms', operation: 'ReplicateKey', input, account, region }],
    revise: (call: RehearsedCall) => withKey(call, key, replica),
  };
}
