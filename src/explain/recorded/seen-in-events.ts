/** How much of each account was seen in events though nobody has read it. */
import type { Scope } from '../../aws/scope.ts';
import type { Described } from '../../invoke/imported/described.ts';
import type { RebuiltAnswer } from './rebuilt/rebuilt-answer.ts';

export interface SeenPlace extends Scope {
  /** By kind: of how many all is known, and of how many only what was changed since the records begin. */
  readonly seen: Readonly<Record<string, { readonly whole: number; readonly partial: number }>>;
}

/** The member of an output that lists a kind, and what its entries are called. */
const KINDS: Readonly<Record<string, string>> = {
  UserDetailList: 'users',
  RoleDetailList: 'roles',
  GroupDetailList: 'groups',
  Policies: 'managed policies',
  InstanceProfiles: 'instance profiles',
  KeyMetadata: 'keys',
  Policy: 'key policies',
  Grants: 'grants',
  Aliases: 'aliases',
  Targets: 'attached organization policies',
  Reservations: 'instances',
  Volumes: 'volumes',
  Snapshots: 'snapshots',
  AutoScalingGroups: 'Auto Scaling groups',
  LaunchConfigurations: 'launch configurations',
  LaunchTemplates: 'launch templates',
  Url: 'OIDC providers',
  VpcEndpoints: 'VPC endpoints',
};

export function seenInEvents(rebuilt: readonly RebuiltAnswer[], described: Described): SeenPlace[] {
  const places = new Map<string, Scope & { seen: Record<string, { whole: number; partial: number }> }>();
  // Asked about the one thing, or about all that there is.
  const isUnread = ({ operation, input, ...scope }: RebuiltAnswer) =>
    [input, {}].every((asked) => !described.get(operation, scope, asked)?.output);
  for (const { account, region, operation, output = {}, rebuilt: how } of rebuilt.filter(isUnread)) {
    const name = `${account}/${region}`;
    const place = places.get(name) ?? { account, region, seen: {} };
    places.set(name, place);
    for (const [member, value] of Object.entries(output)) {
      const kind = operation.startsWith('organizations:') && member !== 'Targets' ? undefined : KINDS[member];
      const count = Array.isArray(value) ? value.length : 1;
      if (!kind || count === 0) continue;
      const known = place.seen[kind] ?? { whole: 0, partial: 0 };
      place.seen[kind] = known;
      known[how?.missing ? 'partial' : 'whole'] += count;
    }
  }
  return [...places.values()].filter(({ seen }) => Object.keys(seen).length > 0);
}
