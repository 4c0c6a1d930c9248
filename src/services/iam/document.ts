/** Policy documents on their way into IAM's records and out of them. */
import { AwsError } from '../../aws/aws-error.ts';
import { internPolicy } from '../../policy/intern.ts';
import type { PolicyKind } from '../../policy/parse.ts';

/** The document as it is stored, or MalformedPolicyDocument with IAM's sentence. */
export function validDocument(document: string, kind: PolicyKind): string {
  const parsed = internPolicy(document, kind);
  if (!parsed.ok) throw new AwsError(parsed.code, parsed.message);
  return document;
}

/** Responses carry documents percent-encoded as RFC 3986 wants it. */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
