/**
 * Keys that services make for themselves, one an account and Region, on first use (aws-facts A3.3, A3.4). KMS lets
 * each such service create its own key and alias, and nothing more; the key's policy says who may use it.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Caller } from '../../../invoke/caller.ts';
import type { NamedPolicy } from '../../../policy/decision.ts';
import { internPolicy } from '../../../policy/intern.ts';
import { ebsKeyPolicy } from '../policy/key-policy.ts';
import type { StoredKeyPolicy } from './key.ts';

export interface ManagedKeyKind {
  readonly alias: string;
  policy(account: string, region: string): StoredKeyPolicy;
}

const KINDS: Readonly<Record<string, ManagedKeyKind>> = {
  'ec2.amazonaws.com': { alias: 'alias/aws/ebs', policy: ebsKeyPolicy },
};

/** The key that the caller keeps as a service; undefined for everybody else. */
export function managedKeyKind(caller: Caller): ManagedKeyKind | undefined {
  if (caller.kind !== 'service') return undefined;
  const { service } = caller.principal;
  return Object.hasOwn(KINDS, service) ? KINDS[service] : undefined;
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
