/** A policy document, and the place that keeps it: read there, and written. */
import type { ApiCall } from '../../rehearsal/maker.ts';
import type { Rehearsal } from '../../rehearsal/rehearsal.ts';

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly object[];
}

export interface PolicyPlace {
  /** The same for the same document. */
  readonly id: string;
  /** ARN of what bears the policy, or of the policy itself. */
  readonly target: string;
  /** `the key policy of key 1234…` */
  readonly title: string;
  readonly account: string;
  readonly region: string;
  /** The argument of Terraform's AWS provider that holds it. */
  readonly terraform: string;
  /** Whether the document is there yet. */
  read(stage: Rehearsal): Promise<PolicyDocument | undefined>;
  write(document: PolicyDocument): ApiCall;
}
