/** From what a request calls a key (id, ARN, alias name, alias ARN) to the key (aws-facts A2.4, A7.2). */
import { formatArn, parseArn } from '../../../aws/arn.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { aliases } from '../alias/alias.ts';
import { invalidArn, notFound } from '../errors.ts';
import { type KeyRecord, keyArn, keys } from './key.ts';

/** A key as a request named it. A key of another account that does not exist stands here without a record. */
export interface NamedKey {
  /** The key's ARN; of a foreign alias without a key, the alias's. */
  readonly arn: string;
  readonly account: string;
  readonly key: KeyRecord | undefined;
  /** `alias/name`, where the request used an alias. */
  readonly alias?: string;
}

type Where = Pick<ResolveContext, 'tx' | 'account' | 'region'>;

const KEY_ID = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/i;

/** For operations that take a key id or key ARN only. */
export async function resolveKey(where: Where, identifier: string): Promise<NamedKey> {
  const { account, region } = where;
  if (!identifier.startsWith('arn:')) {
    if (!KEY_ID.test(identifier)) throw notFound(`Invalid keyId '${identifier}'`);
    return byKeyId(where, account, identifier);
  }
  const arn = parseKmsArn(identifier, region);
  if (!arn.resource.startsWith('key/')) throw invalidArn(`Invalid arn ${identifier}`);
  const keyId = arn.resource.slice('key/'.length);
  if (!KEY_ID.test(keyId)) throw notFound(`Invalid keyId '${keyId}'`);
  return byKeyId(where, arn.account, keyId);
}

/** For operations that take aliases too: cryptographic ones, DescribeKey, GetPublicKey. */
export async function resolveKeyOrAlias(where: Where, identifier: string): Promise<NamedKey> {
  if (identifier.startsWith('alias/')) return byAlias(where, where.account, identifier);
  if (identifier.startsWith('arn:')) {
    const arn = parseKmsArn(identifier, where.region);
    if (arn.resource.startsWith('alias/')) return byAlias(where, arn.account, arn.resource);
  }
  return resolveKey(where, identifier);
}

async function byKeyId({ tx, account, region }: Where, owner: string, keyId: string): Promise<NamedKey> {
  const arn = keyArn({ account: owner, region, keyId });
  const key = await tx.get(keys, [owner, region, keyId]);
  if (!key && owner === account) throw notFound(`Key '${arn}' does not exist`);
  return { arn, account: owner, key };
}

async function byAlias(where: Where, owner: string, alias: string): Promise<NamedKey> {
  const { tx, account, region } = where;
  const arn = formatArn({ service: 'kms', region, account: owner, resource: alias });
  const record = await tx.get(aliases, [owner, region, alias]);
  const key = record && (await tx.get(keys, [owner, region, record.targetKeyId]));
  if (key) return { arn: keyArn(key), account: owner, key, alias };
  if (owner === account) throw notFound(`Alias ${arn} is not found.`);
  return { arn, account: owner, key: undefined, alias };
}

function parseKmsArn(text: string, region: string) {
  const arn = parseArn(text);
  if (arn?.service !== 'kms' || !arn.account || !arn.region) throw invalidArn(`Invalid arn ${text}`);
  if (arn.region !== region) throw notFound(`Invalid arn ${arn.region}`);
  return arn;
}
