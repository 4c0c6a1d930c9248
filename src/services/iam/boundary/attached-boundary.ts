/**
 * Permissions boundaries: the managed policy that limits what a user or role may be allowed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
import type { AttachedPermissionsBoundary } from '../../../shapes/generated/iam.ts';

/** `PermissionsBoundary` as responses carry it: absent where there is none. */
export function attachedBoundary(
  boundaryArn: string | undefined,
): { PermissionsBoundary: AttachedPermissionsBoundary } | undefined {
  if (!boundaryArn) return undefined;
  return {
    PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundaryArn },
  };
}
