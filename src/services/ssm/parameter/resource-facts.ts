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

/** The key of a SecureString, as whoever put it named it. */
export async function keyOfParameter(
  tx: ReadTransaction,
  scope: Scope,
  text: string,
): Promise<{ readonly arn: string; readonly keyId: string; readonly tier: Tier } | undefined> {
  const named = nameIn(scope, text);
  const record = named && (await recordOf(tx, named));
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
