/** Versions of parameters: a value each, with the labels that point at it. */
import type { Scope } from '../../../aws/scope.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import type { SecureValue } from '../encryption/secure-value.ts';
import { noLabel, noVersion } from '../errors.ts';
import type { Selected } from '../parameter/parameter-name.ts';
import type { ParameterRecord, Tier } from '../parameter/parameter-record.ts';
import { isPublic, publicValue } from '../parameter/public-parameters.ts';
import type { ParameterPolicy } from '../policy/parameter-policy.ts';

export interface VersionRecord extends Scope {
  readonly name: string;
  readonly version: number;
  /** Plain text of a String or StringList; a SecureString is kept encrypted alone. Neither, where nobody has read it. */
  readonly value?: string;
  readonly secure?: SecureValue;
  /** As the request named it; `alias/aws/ssm` where it named none. */
  readonly keyId?: string;
  readonly tier: Tier;
  readonly description?: string;
  readonly allowedPattern?: string;
  readonly labels: readonly string[];
  readonly policies?: readonly ParameterPolicy[];
  readonly atMs: number;
  /** ARN of who put it. */
  readonly by: string;
}

export const versions = table<VersionRecord>()({
  name: 'ssm.parameter-versions',
  key: ({ account, region, name, version }) => [account, region, name, version],
});

/** When AWS published its parameters, as far as this server knows. */
const PUBLISHED_AT_MS = Date.UTC(2025, 9, 15);

export async function versionsOf(
  context: Pick<ResolveContext, 'tx' | 'ports'>,
  parameter: ParameterRecord,
): Promise<VersionRecord[]> {
  if (isPublic(parameter)) return [publicVersion(context, parameter)];
  const { account, region, name } = parameter;
  return context.tx.list(versions, { prefix: [account, region, name] });
}

/** The version that a request picks. Throws AWS's error where there is none. */
export async function selectedVersion(
  context: Pick<ResolveContext, 'tx' | 'ports'>,
  parameter: ParameterRecord,
  { name, version, label }: Selected,
): Promise<VersionRecord> {
  if (label !== undefined) {
    const all = await versionsOf(context, parameter);
    const labelled = all.find(({ labels }) => labels.includes(label));
    if (!labelled) throw noLabel(name, label);
    return labelled;
  }
  const wanted = version ?? parameter.latestVersion;
  const found = isPublic(parameter)
    ? wanted === 1 && publicVersion(context, parameter)
    : await readVersion(context.tx, parameter, wanted);
  if (!found) throw noVersion(name, wanted);
  return found;
}

export const readVersion = (
  tx: ReadTransaction,
  { account, region, name }: ParameterRecord,
  version: number,
) => tx.get(versions, [account, region, name, version]);

function publicVersion({ ports }: Pick<ResolveContext, 'ports'>, parameter: ParameterRecord): VersionRecord {
  const { account, region, name, tier } = parameter;
  const value = publicValue(ports, region, name);
  return {
    account,
    region,
    name,
    version: 1,
    value,
    tier,
    labels: [],
    atMs: PUBLISHED_AT_MS,
    by: 'Amazon Web Services',
  };
}
