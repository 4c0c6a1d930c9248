/** A key pair: the public half, by name. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import type { TagSpecification } from '../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { ec2Arn } from '../resource/arn.ts';
import { type ResourceRecord, storedKind } from '../resource/kind.ts';
import { requireRoomInRegion } from '../resource/quota.ts';
import { taggedCreationCheck } from '../resource/tag.ts';

export interface KeyPairRecord extends ResourceRecord {
  readonly name: string;
  readonly type: 'rsa' | 'ed25519';
  readonly fingerprint: string;
  /** OpenSSH's form. */
  readonly publicKey: string;
  readonly createdAtMs: number;
}

export const keyPairs = table<KeyPairRecord>()({
  name: 'ec2.key-pairs',
  key: ({ account, region, id }) => [account, region, id],
  indexes: { name: ({ account, region, name }) => [[account, region, name]] },
});

export const keyPairKind = storedKind<KeyPairRecord>({
  type: 'key-pair',
  prefix: 'key',
  table: keyPairs,
  notFound: ([id]) => new AwsError('InvalidKeyPair.NotFound', `The key pair '${id}' does not exist`),
  malformed: (id) =>
    new AwsError(
      'InvalidParameterValue',
      `Value (${id}) for parameter keyPairId is invalid. Expected: 'key-...'.`,
    ),
  arnName: ({ name }) => name,
  conditions: ({ name, type }) => ({ 'ec2:KeyPairName': name, 'ec2:KeyPairType': type }),
});

export async function findKeyPair(
  tx: ReadTransaction,
  scope: Scope,
  name: string,
): Promise<KeyPairRecord | undefined> {
  return (await tx.find(keyPairs, 'name', { prefix: [scope.account, scope.region, name], limit: 1 }))[0];
}

export async function requireKeyPair(
  tx: ReadTransaction,
  scope: Scope,
  name: string,
): Promise<KeyPairRecord> {
  const pair = await findKeyPair(tx, scope, name);
  if (!pair) throw keyPairKind.notFound([name]);
  return pair;
}

/** The checks for a pair about to be made or imported under the request's name. */
export function keyPairCreationChecks(
  context: ResolveContext,
  action: string,
  request: { readonly KeyName: string; readonly TagSpecifications?: readonly TagSpecification[] },
  conditions: ConditionValues = {},
) {
  const { KeyName: name } = request;
  if (name === '' || name.length > MAX_NAME_LENGTH || /[^\x20-\x7e]/.test(name)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value (${name}) for parameter keyName is invalid. Up to ${MAX_NAME_LENGTH} ASCII characters are allowed.`,
    );
  }
  const resource = ec2Arn(context, keyPairKind.type, name);
  const { create, tag } = taggedCreationCheck(context, action, keyPairKind, request, {}, () => conditions);
  return { keyPair: { ...create, resource }, tag: tag && { ...tag, resource } };
}

const MAX_NAME_LENGTH = 255;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateKeyPair.html */
const QUOTA = { kind: keyPairKind, most: 5000, code: 'KeyPairLimitExceeded', what: 'key pairs' };

/** Throws where the name is taken, or there may be no more pairs. */
export async function requireRoomFor(tx: ReadTransaction, scope: Scope, name: string): Promise<void> {
  if (await findKeyPair(tx, scope, name)) {
    throw new AwsError('InvalidKeyPair.Duplicate', `The keypair '${name}' already exists.`);
  }
  await requireRoomInRegion(tx, scope, QUOTA);
}
