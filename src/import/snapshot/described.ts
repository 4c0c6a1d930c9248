/** One form for what the SDK, both versions of the AWS CLI and other tools give for the same call. */
import type { ReadRow } from '../read-row.ts';
import { rowOf } from '../reads.ts';
import { withoutSecrets } from './secrets.ts';

/** Of the transport, not of the account. */
const ENVELOPE: ReadonlySet<string> = new Set([
  '$metadata',
  'ResponseMetadata',
  'IsTruncated',
  'Truncated',
  'Marker',
  'NextMarker',
  'NextToken',
]);

const DOCUMENTS: ReadonlySet<string> = new Set(['PolicyDocument', 'AssumeRolePolicyDocument', 'Document']);

export function describedOutput(operation: string, output: object): Record<string, unknown> {
  const omit: ReadRow['omit'] = rowOf(operation)?.omit;
  const kept = Object.fromEntries(Object.entries(output).filter(([name]) => !ENVELOPE.has(name)));
  const plain = withoutSecrets(kept, omit);
  return (operation.startsWith('iam:') ? withDocuments(plain) : plain) as Record<string, unknown>;
}

/** IAM's answers have documents URL-encoded, and the AWS CLI shows them as JSON. */
function withDocuments(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withDocuments);
  if (!value || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      DOCUMENTS.has(name) ? documentText(inner) : withDocuments(inner),
    ]),
  );
}

export function documentText(document: unknown): unknown {
  if (document && typeof document === 'object') return JSON.stringify(document, undefined, 2);
  if (typeof document !== 'string' || !document.startsWith('%7B')) return document;
  try {
    return decodeURIComponent(document.replaceAll('+', '%20'));
  } catch {
    return document;
  }
}
