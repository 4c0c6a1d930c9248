/** Parameters with what their listings and filters show of them. */
import type { ResolveContext } from '../../../invoke/context.ts';
import { versionsOf } from '../version/version.ts';
import { parameters } from './parameter.ts';
import type { Listed } from './parameter-filters.ts';
import type { ParameterRecord } from './parameter-record.ts';
import { PUBLIC_PATH, publicParameters } from './public-parameters.ts';

/** The account's own below a path, and AWS's where the path is theirs. */
export async function parametersUnder(
  context: Pick<ResolveContext, 'tx' | 'ports' | 'account' | 'region'>,
  path: string,
): Promise<ParameterRecord[]> {
  const { tx, account, region, ports } = context;
  const all = path.startsWith(PUBLIC_PATH.slice(0, -1))
    ? publicParameters(ports, region)
    : await tx.list(parameters, { prefix: [account, region] });
  return all.filter(({ name }) => name.startsWith(path));
}

export async function withLatestVersion(
  context: Pick<ResolveContext, 'tx' | 'ports'>,
  parameter: ParameterRecord,
): Promise<Listed> {
  const all = await everyVersion(context, parameter);
  const latest = all.find(({ version }) => version.version === parameter.latestVersion);
  if (!latest) throw new Error(`parameter ${parameter.name} has no version ${parameter.latestVersion}`);
  return latest;
}

export const everyVersion = async (
  context: Pick<ResolveContext, 'tx' | 'ports'>,
  parameter: ParameterRecord,
): Promise<Listed[]> => (await versionsOf(context, parameter)).map((version) => ({ parameter, version }));
