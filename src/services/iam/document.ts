/** Policy documents on their way into IAM's records and out of them. */
import { AwsError } from '../../aws/aws-error.ts';
import type { NamedPolicy } from '../../policy/decision.ts';
import { internPolicy } from '../../policy/intern.ts';
import type { PolicyKind } from '../../policy/parse.ts';
import { unknownPolicy } from '../../policy/unknown.ts';

/** The document as it is stored, or MalformedPolicyDocument with IAM's sentence. */
export function validDocument(document: string, kind: PolicyKind): string {
  const parsed = internPolicy(document, kind);
  if (!parsed.ok) throw new AwsError(parsed.code, parsed.message);
  return document;
}

/** A stored document for the decision point. Equal documents share one parsed policy. */
export function storedPolicy(document: string, kind: PolicyKind, name: string): NamedPolicy {
  const parsed = internPolicy(document, kind);
  if (parsed.ok) return { policy: parsed.policy, name };
  // What is made here was parsed before it was stored; what was read of a real account may be beyond this parser.
  return unknownPolicy(
    name,
    document === '' ? 'its document was not read' : `its document is not understood: ${parsed.message}`,
  );
}

/** Responses carry documents percent-encoded as RFC 3986 wants it. */
export function encodeDocument(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
