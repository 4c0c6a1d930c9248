/** What whoever asks for a Spot Fleet must be allowed beside the request itself: what its launches name, and to pass roles. */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { passRoleCheck, roleOfArn } from '../../../service-kit/pass-role.ts';
import type { GroupIdentifier, SpotFleetLaunchSpecification } from '../../../shapes/generated/ec2.ts';
import { imageKind } from '../image/image.ts';
import { passProfileCheck } from '../instance-profile/instance-profile.ts';
import { findKeyPair, keyPairKind } from '../key-pair/key-pair.ts';
import { groupCheck as securityGroupCheck } from '../network/security-group/security-group.ts';
import { subnetKind } from '../network/subnet/subnet.ts';
import { groupCheck as placementGroupCheck } from '../placement-group/placement-group.ts';
import { findResource, type ResourceKind, type ResourceRecord, resourceCheck } from '../resource/kind.ts';
import { SPOT_FLEET_ROLE } from '../service-role.ts';
import { snapshotKind } from '../snapshot/snapshot.ts';
import { namesIn } from './specification-pools.ts';
import { invalidConfig } from './spot-fleet-config.ts';

export const invalidRole = () => invalidConfig('Parameter: SpotFleetRequestConfig.IamFleetRole is invalid');

export function passFleetRoleCheck(roleArn: string): Check<null> {
  const role = roleOfArn(roleArn);
  if (!role) throw invalidRole();
  return passRoleCheck(role, SPOT_FLEET_ROLE.service);
}

/** Of what launch specifications name. */
export async function specificationChecks(
  context: ResolveContext,
  action: string,
  specifications: readonly SpotFleetLaunchSpecification[],
): Promise<Check<unknown>[]> {
  const interfaces = specifications.flatMap(({ NetworkInterfaces = [] }) => NetworkInterfaces);
  const mappings = specifications.flatMap(({ BlockDeviceMappings = [] }) => BlockDeviceMappings);
  const subnets = [...specifications, ...interfaces].flatMap(({ SubnetId }) => namesIn(SubnetId));
  const images = await known(context, named(specifications.map(({ ImageId }) => ImageId)));
  const ofKind = <R extends ResourceRecord>(kind: ResourceKind<R>, ids: Iterable<string>) =>
    inTurn(ids, (id) => resourceCheck(context, kind, action, id));
  return [
    ...(await ofKind(imageKind, images)),
    ...(await ofKind(subnetKind, new Set(subnets))),
    ...(await ofKind(snapshotKind, named(mappings.map(({ Ebs: ebs }) => ebs?.SnapshotId)))),
    ...(await inTurn(groupsOf(specifications), (group) => securityGroupCheck(context, action, group))),
    ...(await inTurn(named(specifications.map(({ Placement }) => Placement?.GroupName)), (name) =>
      placementGroupCheck(context, action, name),
    )),
    ...(await keyPairChecks(context, action, specifications)),
    ...(await profileChecks(context, specifications)),
  ];
}

async function inTurn<T, R>(items: Iterable<T>, check: (item: T) => Promise<R>): Promise<R[]> {
  const checks: R[] = [];
  for (const item of items) checks.push(await check(item));
  return checks;
}

/** Each security group once, as it is named: by its id, or by its name in the default VPC. */
function groupsOf(specifications: readonly SpotFleetLaunchSpecification[]): readonly GroupIdentifier[] {
  const groups = specifications.flatMap(({ SecurityGroups = [], NetworkInterfaces = [] }) => [
    ...SecurityGroups,
    ...NetworkInterfaces.flatMap(({ Groups = [] }) => Groups.map((GroupId) => ({ GroupId }))),
  ]);
  return [
    ...new Map(groups.map((group: GroupIdentifier) => [group.GroupId ?? group.GroupName, group])).values(),
  ];
}

const named = (values: readonly (string | undefined)[]): Set<string> =>
  new Set(values.filter((value) => value !== undefined));

/** Where images stand in for those that are not there, there is nothing to look at. */
async function known(context: ResolveContext, ids: Iterable<string>): Promise<string[]> {
  if (!context.ports.standInImages) return [...ids];
  const found: string[] = [];
  for (const id of ids) if (await findResource(context.tx, imageKind, context, id)) found.push(id);
  return found;
}

/** A pair or a profile that is not there shows when an instance is launched: in the request's history (aws-facts I30). */
async function keyPairChecks(
  context: ResolveContext,
  action: string,
  specifications: readonly SpotFleetLaunchSpecification[],
): Promise<Check<unknown>[]> {
  const checks: Check<unknown>[] = [];
  for (const name of named(specifications.map(({ KeyName }) => KeyName))) {
    const pair = await findKeyPair(context.tx, context, name);
    if (pair) checks.push(await resourceCheck(context, keyPairKind, action, pair.id));
  }
  return checks;
}

async function profileChecks(
  context: ResolveContext,
  specifications: readonly SpotFleetLaunchSpecification[],
): Promise<Check<null>[]> {
  const checks = new Map<string, Check<null>>();
  for (const { IamInstanceProfile: { Arn: arn, Name: name } = {} } of specifications) {
    if (!arn && !name) continue;
    const by = arn ? { arn } : { name: name! };
    const profile = await context.ports.principals.instanceProfile(context.tx, context.account, by);
    const check = passProfileCheck(context, profile);
    if (profile && check) checks.set(profile.arn, check);
  }
  return [...checks.values()];
}
