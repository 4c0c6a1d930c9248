/**
 * What a group launches from, tested as AWS tests it: with a launch template the caller must be allowed the launch
 * itself, by a dry run that asks nothing of KMS (aws-facts E2.1).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Call, CallContext } from '../../../invoke/context.ts';
import type { LaunchTemplateSpecification } from '../../../shapes/generated/autoscaling.ts';
import type { LaunchTemplateVersion, RunInstancesRequest } from '../../../shapes/generated/ec2.ts';
import { validationError } from '../errors.ts';
import type { Pool } from '../instance/allocation.ts';
import { resolveVersion, templateRequest } from '../instance/launch-request.ts';
import type { Placement } from '../instance/placement.ts';
import { resolvePools } from '../instance/pools.ts';
import { isNotToBeHad, refusalOf } from '../instance/refusal.ts';
import type { GroupRecord, GroupRequest, LaunchSource, TemplateSource } from './group.ts';

/** The source that a request names, undefined where it names none. A launch configuration has been looked up before. */
export async function resolveSource(
  ctx: CallContext,
  asRole: Call,
  request: GroupRequest,
  {
    placement,
    capacityUnit,
  }: { readonly placement: Placement; readonly capacityUnit: GroupRecord['capacityUnit'] },
): Promise<LaunchSource | undefined> {
  const { LaunchConfigurationName, LaunchTemplate, MixedInstancesPolicy: policy } = request;
  if (LaunchConfigurationName) return { kind: 'configuration', name: LaunchConfigurationName };
  const specification = LaunchTemplate ?? policy?.LaunchTemplate?.LaunchTemplateSpecification;
  if (!specification) return undefined;
  const version = await requireVersion(asRole, specification);
  const template = {
    id: version.LaunchTemplateId as string,
    name: version.LaunchTemplateName as string,
    version: specification.Version || undefined,
  };
  const source: LaunchSource = policy ? { kind: 'mixed', template, policy } : { kind: 'template', template };
  const pools = await requirePools(asRole, source, capacityUnit);
  await tryPools(ctx, pools, placement, (pool) =>
    pool.template ? requireVersion(asRole, templateNamed(pool.template)) : version,
  );
  return source;
}

/** Where a pool is not to be had a launch goes on to the next, so the group is refused where none is. */
async function tryPools(
  ctx: CallContext,
  pools: readonly Pool[],
  placement: Placement,
  versionOf: (pool: Pool) => LaunchTemplateVersion | Promise<LaunchTemplateVersion>,
): Promise<void> {
  let refusal: AwsError | undefined;
  for (const pool of pools) {
    const version = await versionOf(pool);
    refusal = await dryRunRefusal(ctx, version, pool, placement);
    if (refusal?.code === 'UnauthorizedOperation') {
      const sentence = `You are not authorized to use launch template: ${version.LaunchTemplateId}`;
      throw refusal.saidAs(new AwsError('AccessDenied', sentence, 403));
    }
    if (!refusal || !isNotToBeHad(refusal)) break;
  }
  if (refusal) throw malformedTemplate(refusal);
}

export const templateNamed = ({ id, name, version }: TemplateSource): LaunchTemplateSpecification => ({
  ...(id ? { LaunchTemplateId: id } : { LaunchTemplateName: name }),
  Version: version,
});

async function requirePools(
  call: Call,
  source: LaunchSource,
  capacityUnit: GroupRecord['capacityUnit'],
): Promise<readonly Pool[]> {
  try {
    return await resolvePools(call, { source, capacityUnit });
  } catch (error) {
    throw malformedTemplate(error);
  }
}

async function requireVersion(
  call: Call,
  named: LaunchTemplateSpecification,
): Promise<LaunchTemplateVersion> {
  const { LaunchTemplateId: id, LaunchTemplateName: name, Version } = named;
  if (Boolean(id) === Boolean(name)) {
    throw validationError('Valid requests must contain either launchTemplateId or LaunchTemplateName');
  }
  try {
    return await resolveVersion(call, { id, name, version: Version });
  } catch (error) {
    throw malformedTemplate(error);
  }
}

/** What the caller's launch would be refused with; undefined where it would not be. */
async function dryRunRefusal(
  ctx: CallContext,
  version: LaunchTemplateVersion,
  { type, imageId: ImageId }: Pool,
  placement: Placement,
): Promise<AwsError | undefined> {
  const InstanceType = type as RunInstancesRequest['InstanceType'];
  const refusal = await refusalOf(
    ctx.call('ec2', 'RunInstances', {
      ...templateRequest(version, placement),
      ...(InstanceType && { InstanceType }),
      ...(ImageId && { ImageId }),
      MinCount: 1,
      MaxCount: 1,
      DryRun: true,
    }),
  );
  return refusal?.code === 'DryRunOperation' ? undefined : refusal;
}

function malformedTemplate(error: unknown): unknown {
  if (!(error instanceof AwsError) || error.fault === 'server' || error.code === 'ValidationError')
    return error;
  return error.saidAs(validationError(`You must use a valid fully-formed launch template. ${error.message}`));
}
