/** Parameters: what is so of all versions of one. */
import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import {
  type Check,
  type ConditionValues,
  type Found,
  type Question,
  resolved,
} from '../../../invoke/verdict.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { noParameter } from '../errors.ts';
import { otherSpelling } from './parameter-name.ts';
import type { ParameterRecord } from './parameter-record.ts';
import { publicParameter } from './public-parameters.ts';

export const parameters = table<ParameterRecord>()({
  name: 'ssm.parameters',
  key: ({ account, region, name }) => [account, region, name],
});

/** A leading slash is the separator's: `/a/b` is `parameter/a/b`, and so is none other, since `a/b` is no name; `a` is `/a`. */
export const parameterArn = ({ account, region }: Scope, name: string): string =>
  formatArn({
    service: 'ssm',
    region,
    account,
    resource: `parameter${name.startsWith('/') ? '' : '/'}${name}`,
  });

/** AWS's own belong to no account. */
export const arnOf = (record: ParameterRecord): string => parameterArn(record, record.name);

async function findParameter(
  tx: ReadTransaction,
  { ports }: Pick<ResolveContext, 'ports'>,
  { account, region }: Scope,
  name: string,
): Promise<ParameterRecord | undefined> {
  const other = otherSpelling(name);
  return (
    (await tx.get(parameters, [account, region, name])) ??
    (other === undefined ? undefined : await tx.get(parameters, [account, region, other])) ??
    publicParameter(ports, region, name)
  );
}

export function question(
  context: ResolveContext,
  operation: string,
  resource: string,
  conditions: () => ConditionValues = () => ({}),
): Question {
  return { action: `ssm:${operation}`, resource, account: context.account, conditions };
}

/** An unknown parameter is reported after authorization on its name. */
export async function parameterCheck(
  context: ResolveContext,
  operation: string,
  name: string,
  conditions: () => ConditionValues = () => ({}),
): Promise<Check<ParameterRecord>> {
  const record = await findParameter(context.tx, context, context, name);
  const resource = record ? arnOf(record) : parameterArn(context, name);
  const asked = question(context, operation, resource, () => ({
    ...resourceTagConditions(record?.tags, 'ssm:resourceTag'),
    ...conditions(),
  }));
  return resolved(asked, record, noParameter);
}

/** For what is about all parameters. */
export const allParametersCheck = (context: ResolveContext, operation: string): Found<null> => ({
  ...question(
    context,
    operation,
    formatArn({ service: 'ssm', region: context.region, account: context.account, resource: '*' }),
  ),
  record: null,
});
