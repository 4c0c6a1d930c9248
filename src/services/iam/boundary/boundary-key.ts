/** The permissions boundary of a user or role as a condition key of calls about it. */
import type { ConditionValues } from '../../../invoke/verdict.ts';
import type { Missing } from '../../../policy/policy.ts';

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_iam.html; where a boundary is set the key is the one that
 * is asked for (boundary.ts).
 */
const HAS_BOUNDARY_KEY =
  /^iam:(?:(?:Attach|Detach|Put|Delete)(?:User|Role)Policy|Delete(?:User|Role)PermissionsBoundary|(?:Get|Delete|Update)Role|UpdateRoleDescription|UpdateAssumeRolePolicy)$/i;

interface Bounded {
  readonly boundaryArn?: string;
  /** What nobody has read. */
  readonly missing?: Missing;
}

/** Of a real account's user or role, of which not all was read, it may be one that nobody knows. */
export function boundaryKey(action: string, record: Bounded | undefined): ConditionValues {
  if (!HAS_BOUNDARY_KEY.test(action)) return {};
  const { boundaryArn, missing } = record ?? {};
  const unknown = missing && { kind: 'condition key' as const, name: KEY, why: missing.why };
  return { [KEY]: boundaryArn ?? unknown };
}

const KEY = 'iam:PermissionsBoundary';
