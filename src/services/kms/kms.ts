/** The KMS service as the front door sees it (https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html). */
import { AwsError } from '../../aws/aws-error.ts';
import { type Denial, denialSentence } from '../../invoke/denial.ts';
import { defineService } from '../../invoke/operation.ts';
import type { KmsOperations } from '../../shapes/generated/kms.ts';
import { serviceShapes } from '../../shapes/services.ts';
import { dryRunPassed } from './errors.ts';

const RESOURCE_TYPES: Readonly<Record<string, string>> = { key: 'AWS::KMS::Key', alias: 'AWS::KMS::Alias' };

export const kms = defineService<KmsOperations>({
  shapes: serviceShapes('kms'),
  eventSource: 'kms.amazonaws.com',
  resourceType(arn) {
    const noun = arn.slice(arn.lastIndexOf(':') + 1).split('/', 1)[0] as string;
    return RESOURCE_TYPES[noun];
  },
  denied: (denial) => new AwsError('AccessDeniedException', denialSentence(disclosed(denial))),
  dryRunPassed,
  // A signature, MAC or ciphertext that is wrong is found by a dry run too.
  dryRunWorks: true,
  forwards: { invokedBy: 'kms.amazonaws.com', calledVia: 'kms.amazonaws.com' },
  auditErrorCode: (code) => (code === 'AccessDeniedException' ? 'AccessDenied' : code),
});

/**
 * A check that has a text of its own for denials (a ciphertext's key, a key of another account) gives it only where
 * the key's side refused: the caller then cannot distinguish a key that refuses from one that does not exist. Where the
 * caller's own policies refuse, the sentence is the usual one (aws-facts A7.1).
 */
function disclosed(denial: Denial): Denial {
  const { check, decision } = denial;
  if (decision.policyType === 'resource-based policy') return denial;
  return { ...denial, check: { ...check, deniedAs: undefined } };
}
