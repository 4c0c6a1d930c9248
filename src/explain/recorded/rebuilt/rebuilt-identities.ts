/** Users, roles, groups and policies that nobody has read, as they were made and changed, or were seen to call. */
import { EXISTENCE, members, text } from '../../../import/cloudtrail/changes/change.ts';
import { DEFAULT_VERSION_ID, identityOwner } from '../../../import/cloudtrail/changes/iam-changes.ts';
import type { Use } from '../../../import/cloudtrail/use.ts';
import { globalScope, isListed } from '../../../invoke/imported/described.ts';
import type { Present } from '../../history/timelines.ts';
import { lastSegment } from '../../words/names.ts';
import { partsNamed, type Rebuilding, type RebuiltAnswer, rebuiltAnswer, tagsOf } from './rebuilt-answer.ts';

const DETAILS = 'iam:GetAccountAuthorizationDetails';

/** What a call says of who made it: names come without paths elsewhere. */
export interface SeenCaller {
  readonly arn: string;
  readonly id: string;
  readonly first: string;
  readonly last: string;
  readonly lastEvent: string;
}

/** By owner, the latest of each. */
export function seenCallers(
  uses: Iterable<Use>,
  isAsked: (account: string) => boolean,
): Map<string, SeenCaller> {
  const callers = new Map<string, SeenCaller>();
  for (const { identity, arn, id, account, first, last, lastEvent } of uses) {
    const noun = NOUNS[identity];
    if (!noun || id === '' || !arn.includes(`:${noun}/`) || !isAsked(account)) continue;
    // AWS's own sessions are of no role of the account.
    if (arn.includes(':role/aws:')) continue;
    const owner = identityOwner(account, noun, lastSegment(arn));
    const known = callers.get(owner);
    if (known && known.last >= last)
      callers.set(owner, { ...known, first: known.first < first ? known.first : first });
    else
      callers.set(owner, {
        arn,
        id,
        first: known && known.first < first ? known.first : first,
        last,
        lastEvent,
      });
  }
  return callers;
}

const NOUNS: Readonly<Record<string, string>> = { AssumedRole: 'role', IAMUser: 'user' };
export function rebuiltIdentities(
  from: Rebuilding,
  callers: ReadonlyMap<string, SeenCaller>,
): RebuiltAnswer[] {
  const isRead = (account: string) => isListed(from, DETAILS, globalScope(account));
  const owners = new Set([...from.timelines.owners(), ...callers.keys()]);
  return [...owners].flatMap((owner) => {
    const [, account = '', noun = '', name = ''] = OWNER.exec(owner) ?? POLICY.exec(owner) ?? [];
    if (account === '' || isRead(account)) return [];
    const present = from.timelines.now(owner) ?? onlySeen(from, owner, callers.get(owner));
    if (!present) return [];
    const output = OUTPUTS[noun]?.({ account, name, present, caller: callers.get(owner), owner });
    return output
      ? [
          rebuiltAnswer(
            { operation: operationOf(noun), ...globalScope(account), input: { [noun]: name }, output },
            present,
          ),
        ]
      : [];
  });
}

const operationOf = (noun: string) => (noun === 'instance-profile' ? 'iam:ListInstanceProfiles' : DETAILS);
const OWNER = /^(\d{12}):(user|role|group|instance-profile)\/(.+)$/;
const POLICY = /^arn:[^:]*:iam::(\d{12}):(policy)\/(.+)$/;

/** Who calls is there, unless he was deleted since. */
function onlySeen(
  { timelines }: Rebuilding,
  owner: string,
  caller: SeenCaller | undefined,
): Present | undefined {
  if (!caller || timelines.firstSince([owner], '')) return undefined;
  const at = (time: string) => ({
    at: time,
    action: 'its first call',
    by: caller.arn,
    eventID: caller.lastEvent,
  });
  return { isWhole: false, parts: new Map(), first: at(caller.first), last: at(caller.last) };
}

interface Seen {
  readonly account: string;
  readonly name: string;
  readonly owner: string;
  readonly present: Present;
  readonly caller: SeenCaller | undefined;
}

const OUTPUTS: Readonly<Record<string, (seen: Seen) => Record<string, unknown> | undefined>> = {
  user: (seen) => detailOf(seen, 'User', (detail) => ({ UserDetailList: [detail] })),
  role: (seen) => detailOf(seen, 'Role', (detail) => ({ RoleDetailList: [detail] })),
  // No decision asks for the path of a group.
  group: ({ account, name, present }) => ({
    GroupDetailList: [
      { GroupName: name, Arn: `arn:aws:iam::${account}:group/${name}`, ...policies(present, 'Group') },
    ],
  }),
  policy: ({ owner, present }) => ({ Policies: [policyOf(owner, present)] }),
  'instance-profile': profileOf,
};

/** Undefined where no event says its whole ARN. */
function detailOf(
  { name, present, caller }: Seen,
  noun: 'User' | 'Role',
  output: (detail: object) => Record<string, unknown>,
): Record<string, unknown> | undefined {
  const made = madeAs(present, noun.toLowerCase());
  const arn = text(made.arn) ?? caller?.arn;
  if (arn === undefined) return undefined;
  const id = text(made[`${noun.toLowerCase()}Id`]) ?? caller?.id;
  const boundary = present.parts.get('permissions boundary')?.value;
  return output({
    [`${noun}Name`]: name,
    [`${noun}Id`]: id,
    Arn: arn,
    CreateDate: present.parts.get(EXISTENCE)?.event.eventTime,
    Tags: tagsOf(present),
    ...policies(present, noun),
    ...(boundary && { PermissionsBoundary: { PermissionsBoundaryArn: boundary } }),
    ...(noun === 'Role'
      ? { AssumeRolePolicyDocument: present.parts.get('trust policy')?.value ?? '' }
      : { GroupList: partsNamed(present, 'membership of ').map(([group]) => group) }),
  });
}

const madeAs = ({ parts }: Present, member: string) =>
  members(members(parts.get(EXISTENCE)?.event.responseElements)[member]);

const policies = (present: Present, noun: string) => ({
  [`${noun}PolicyList`]: partsNamed(present, 'inline policy ').map(([PolicyName, { value }]) => ({
    PolicyName,
    PolicyDocument: value,
  })),
  AttachedManagedPolicies: partsNamed(present, 'attachment of ').map(([PolicyArn]) => ({ PolicyArn })),
});

function policyOf(Arn: string, present: Present): object {
  const current = present.parts.get('default version');
  const { responseElements, requestParameters } = current?.event ?? {};
  const answered = text(members(members(responseElements).policyVersion).versionId);
  const id =
    answered ?? text(requestParameters?.versionId) ?? present.parts.get(DEFAULT_VERSION_ID)?.value ?? 'v1';
  const versions = new Map(partsNamed(present, 'version ').map(([version, change]) => [version, change]));
  if (!versions.has(id) && current) versions.set(id, current);
  return {
    Arn,
    PolicyName: lastSegment(Arn),
    PolicyId: text(madeAs(present, 'policy').policyId),
    DefaultVersionId: id,
    PolicyVersionList: [...versions].map(([VersionId, { value, event }]) => ({
      VersionId,
      Document: value,
      CreateDate: event.eventTime,
    })),
  };
}

function profileOf({ name, present }: Seen): Record<string, unknown> | undefined {
  const made = madeAs(present, 'instanceProfile');
  const arn = text(made.arn);
  const role = present.parts.get('role')?.value;
  if (arn === undefined) return undefined;
  return {
    InstanceProfiles: [
      {
        Arn: arn,
        InstanceProfileName: name,
        InstanceProfileId: text(made.instanceProfileId),
        Roles: role ? [{ RoleName: role }] : [],
      },
    ],
  };
}
