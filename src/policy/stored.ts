/** Policy documents out of records, for decisions. */
import type { NamedPolicy } from './decision.ts';
import { internPolicy } from './intern.ts';
import type { PolicyKind } from './parse.ts';
import { unknownPolicy } from './unknown.ts';

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
