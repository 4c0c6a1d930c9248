/**
 * Keys that services make for themselves, one an account and Region, on first use (aws-facts A3.3, A3.4). KMS lets
 * each such service create its own key and alias, and nothing more; the key's policy says who may use it.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Caller } from '../../../invoke/caller.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type { NamedPolicy } from '../../../policy/decision.ts';
import { internPolicy } from '../../../policy/intern.ts';
import { aliasArn, aliases } from '../alias/alias.ts';
import { ebsKeyPolicy, serviceKeyPolicy } from '../policy/key-policy.ts';
import { type KeyRecord, keyArn, keys, type StoredKeyPolicy } from './key.ts';
import type { NamedKey } from './key-identifier.ts';

export interface ManagedKeyKind {
  readonly alias: string;
  readonly description: string;
  policy(account: string, region: string): StoredKeyPolicy;
}

const kind = (
  alias: string,
  /** What the key protects, in the words of its description. */
  data: string,
  policy: ManagedKeyKind['policy'],
): ManagedKeyKind => ({
  alias: `alias/aws/${alias}`,
  description: `Default key that protects my ${data} when no other key is defined`,
  policy,
});

const EBS = kind('ebs', 'EBS data', ebsKeyPolicy);

const other = (alias: string, data: string) => kind(alias, data, serviceKeyPolicy(alias));

const SSM = other('ssm', 'SSM parameters');

/** Services that keep a key and exist here. */
const KINDS: Readonly<Record<string, ManagedKeyKind>> = {
  'ec2.amazonaws.com': EBS,
  'ssm.amazonaws.com': SSM,
};

/**
 * The aliases that every account has from the start, without a key behind them until one is asked for (aws-facts A8.5).
 * Descriptions and policies of those other than EBS are inferred.
 */
export const PREDEFINED: readonly ManagedKeyKind[] = [
  other('dynamodb', 'DynamoDB data'),
  EBS,
  other('elasticfilesystem', 'EFS filesystems'),
  other('es', 'Elasticsearch data'),
  other('glue', 'Glue data'),
  other('kinesisvideo', 'Kinesis Video Streams data'),
  other('rds', 'RDS database volumes'),
  other('redshift', 'Redshift clusters'),
  other('s3', 'S3 objects'),
  SSM,
  other('xray', 'X-Ray data'),
];

/** The key that the caller keeps as a service; undefined for everybody else. */
export function managedKeyKind(caller: Caller): ManagedKeyKind | undefined {
  if (caller.kind !== 'service') return undefined;
  const { service } = caller.principal;
  return Object.hasOwn(KINDS, service) ? KINDS[service] : undefined;
}

/** The account's managed key of the kind, once it exists. */
export async function existingManagedKey(
  { tx, account, region }: ResolveContext,
  { alias }: ManagedKeyKind,
): Promise<KeyRecord | undefined> {
  const record = await tx.get(aliases, [account, region, alias]);
  return record && tx.get(keys, [account, region, record.targetKeyId]);
}

export function newManagedKey(
  { account, region, nowMs, entropy }: ResolveContext,
  { description, policy }: ManagedKeyKind,
): KeyRecord {
  return {
    account,
    region,
    keyId: uuid(entropy),
    createdAtMs: nowMs,
    description,
    keySpec: 'SYMMETRIC_DEFAULT',
    keyUsage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
    manager: 'AWS',
    state: 'Enabled',
    policy: policy(account, region),
    tags: {},
    aliases: [],
    rotation: {},
  };
}

/**
 * The managed key that a request names by its alias before it exists: AWS has its alias from the start, and whoever
 * asks what is behind it is its first user.
 */
export async function managedKeyInWaiting(
  context: ResolveContext,
  identifier: string,
): Promise<NamedKey | undefined> {
  const { account, region } = context;
  const isMeant = ({ alias }: ManagedKeyKind) =>
    identifier === alias || identifier === aliasArn({ account, region, name: alias });
  const meant = PREDEFINED.find(isMeant);
  if (!meant || (await existingManagedKey(context, meant))) return undefined;
  const key = { ...newManagedKey(context, meant), aliases: [meant.alias] };
  return { arn: keyArn(key), account, key, alias: meant.alias };
}

/** What KMS itself says to services that keep keys: they have no identity policies. */
export function servicePolicy(caller: Caller): NamedPolicy | undefined {
  return managedKeyKind(caller) && SERVICE_POLICY;
}

const SERVICE_POLICY: NamedPolicy = (() => {
  const source = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: Object.keys(KINDS) },
        Action: ['kms:CreateKey', 'kms:CreateAlias'],
        Resource: '*',
      },
    ],
  });
  const result = internPolicy(source, 'resource');
  if (!result.ok) throw new AwsError(result.code, result.message);
  return { name: 'KMS, for services that keep keys', policy: result.policy };
})();
