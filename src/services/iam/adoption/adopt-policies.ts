/** Managed policies of real accounts, with all their versions. */
import { lastPart } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import { type Adoption, entriesOf, timeOf } from '../../../invoke/imported/described.ts';
import { internPolicy } from '../../../policy/intern.ts';
import { newId } from '../identity/identity.ts';
import { awsManagedPolicy } from '../managed-policy/aws-managed-policy.ts';
import { managedPolicies, pathOf } from '../managed-policy/managed-policy.ts';
import type { ManagedPolicyRecord } from '../managed-policy/managed-policy-record.ts';
import type { TagList } from '../tag/tag.ts';

export const DETAILS = 'iam:GetAccountAuthorizationDetails';

interface PolicyDetail {
  readonly Arn: string;
  readonly PolicyId?: string;
  readonly Path?: string;
  readonly Description?: string;
  readonly Tags?: TagList;
  readonly DefaultVersionId?: string;
  readonly CreateDate?: unknown;
  readonly UpdateDate?: unknown;
  readonly PolicyVersionList?: readonly {
    readonly VersionId: string;
    readonly Document?: string;
    readonly CreateDate?: unknown;
  }[];
}

export function adoptPolicies(adoption: Adoption, { account, region }: Scope): void {
  const { described } = adoption;
  for (const detail of entriesOf<PolicyDetail>(adoption, DETAILS, { account, region }, 'Policies')) {
    const versions = (detail.PolicyVersionList ?? []).map(({ VersionId, Document = '', CreateDate }) => ({
      versionId: VersionId,
      document: Document,
      createdAtMs: timeOf(CreateDate),
    }));
    const whole = described.get('iam:GetPolicy', { account, region }, { PolicyArn: detail.Arn })?.output
      ?.Policy as Pick<PolicyDetail, 'Description' | 'Tags'> | undefined;
    const isAws = detail.Arn.startsWith('arn:aws:iam::aws:');
    const defaultVersionId = detail.DefaultVersionId ?? 'v1';
    const document = versions.find(({ versionId }) => versionId === defaultVersionId)?.document ?? '';
    // Of AWS's own, those that are the same here are there already.
    if (isAws && isSame(awsManagedPolicy(detail.Arn), document)) continue;
    const record: ManagedPolicyRecord = {
      account: isAws ? 'aws' : account,
      id: detail.PolicyId ?? newId(adoption.entropy, 'ANPA'),
      name: lastPart(detail.Arn),
      path: detail.Path ?? pathOf(detail.Arn),
      description: whole?.Description ?? detail.Description,
      createdAtMs: timeOf(detail.CreateDate),
      updatedAtMs: timeOf(detail.UpdateDate),
      versions:
        versions.length > 0 ? versions : [{ versionId: defaultVersionId, document: '', createdAtMs: 0 }],
      defaultVersionId,
      nextVersion: Math.max(1, ...versions.map(({ versionId }) => (Number(versionId.slice(1)) || 0) + 1)),
      tags: whole?.Tags ?? [],
    };
    adoption.tx.put(managedPolicies, record);
  }
}

function isSame(known: ManagedPolicyRecord | undefined, document: string): boolean {
  const [version] = known?.versions ?? [];
  if (!version) return false;
  const [one, other] = [internPolicy(version.document, 'identity'), internPolicy(document, 'identity')];
  const form = (parsed: typeof one) =>
    parsed.ok && JSON.stringify(parsed.policy.statements.map(({ line: _line, ...rest }) => rest));
  return one.ok && other.ok && form(one) === form(other);
}
