/** The record of a managed policy, a customer's or AWS's. */
import type { ManagedPolicyVersion } from '../../../invoke/ports/ports.ts';
import type { TagList } from '../tag/tag.ts';

export interface ManagedPolicyRecord {
  /** Twelve digits, or `aws` for what AWS manages. */
  readonly account: string;
  /** `ANPA…` */
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly description?: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Oldest first; at most five. */
  readonly versions: readonly ManagedPolicyVersion[];
  readonly defaultVersionId: string;
  /** Number of the next version: those of deleted versions are not used again. */
  readonly nextVersion: number;
  readonly tags: TagList;
}
