/** A parameter as questions about calls that nobody makes see it, and under which key it is. */
import { parseArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ResourceFactsSource } from '../../../invoke/ports/resource-facts.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { readVersion } from '../version/version.ts';
import { arnOf, parameterArn, parameters } from './parameter.ts';
import { otherSpelling } from './parameter-name.ts';
import type { ParameterRecord, Tier } from './parameter-record.ts';

/** By ARN or name; a path is the name of one that is not there. */
export const parameterFactsSource: ResourceFactsSource = {
  async resourceFacts(tx, scope, text, action) {
    const named = /^ssm:\w*Parameter/i.test(action) ? nameIn(scope, text) : undefined;
    const record = named && (await recordOf(tx, named));
    if (!named || (!record && !/^\/|^arn:/.test(text))) return undefined;
    return {
      arn: record ? arnOf(record) : parameterArn(named, named.name),
      account: named.account,
      resourceRule: 'none',
      conditions: resourceTagConditions(record?.tags, 'ssm:resourceTag'),
    };
  },
};

export interface SecretParameter {
  readonly arn: string;
  /** As whoever put it named it. */
  readonly keyId: string;
  readonly tier: Tier;
}

/** If it is a SecureString. */
export async function secretParameter(
  tx: ReadTransaction,
  scope: Scope,
  text: string,
): Promise<SecretParameter | undefined> {
  const named = nameIn(scope, text);
  return secretOf(tx, named && (await recordOf(tx, named)));
}

/** Those of a level, as a first page of them has them. */
export async function secretsOfLevel(
  tx: ReadTransaction,
  scope: Scope,
  text: string,
): Promise<readonly SecretParameter[]> {
  const { name, account, region } = nameIn(scope, text) ?? { ...scope, name: text };
  const level = name.endsWith('/') ? name : `${name}/`;
  const all = await tx.list(parameters, { prefix: [account, region] });
  const own = all.filter(
    (each) => each.name.startsWith(level) && !each.name.slice(level.length).includes('/'),
  );
  const secrets = await Promise.all(own.slice(0, PAGE).map((record) => secretOf(tx, record)));
  return secrets.filter((each) => each !== undefined);
}

const PAGE = 10;

async function secretOf(
  tx: ReadTransaction,
  record: ParameterRecord | undefined,
): Promise<SecretParameter | undefined> {
  const { keyId, tier } = (record && (await readVersion(tx, record, record.latestVersion))) ?? {};
  return record?.type === 'SecureString' && keyId && tier ? { arn: arnOf(record), keyId, tier } : undefined;
}

/** Of a parameter as a request names it: by its name or ARN, with a version or a label behind it. */
export function parameterArnOf(text: string, scope: Scope): string {
  const named = nameIn(scope, text) ?? { ...scope, name: text };
  return parameterArn(named, named.name.split(':')[0] ?? '');
}

interface Named extends Scope {
  readonly name: string;
}

function nameIn(scope: Scope, text: string): Named | undefined {
  if (!text.startsWith('arn:')) return { ...scope, name: text };
  const { service, resource = '', account = '', region = '' } = parseArn(text) ?? {};
  const [, name] = /^parameter(\/.+)$/.exec(resource) ?? [];
  return service === 'ssm' && name ? { account, region, name } : undefined;
}

async function recordOf(
  tx: ReadTransaction,
  { account, region, name }: Named,
): Promise<ParameterRecord | undefined> {
  const other = otherSpelling(name);
  return (
    (await tx.get(parameters, [account, region, name])) ??
    (other === undefined ? undefined : tx.get(parameters, [account, region, other]))
  );
}
