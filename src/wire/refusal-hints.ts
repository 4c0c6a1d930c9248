/**
 * What whoever runs the server may be told of a refused signature. The client hears AWS's sentence, which says nothing of
 * the credentials that a local server knows.
 */
import type { AuthenticationFault } from '../authn/authentication-error.ts';
import { onceEach } from '../platform/once-each.ts';

const HINTS: Partial<Record<AuthenticationFault, string>> = {
  unknownKey:
    'a call was refused: its access key is none of this server. Credentials that are: eval "$(npx latchkey env)"; ' +
    'for clients with dummy credentials, start with --auth open',
  mismatch:
    'a call was refused: its signature does not fit. The secret key is not that of the access key, or something between ' +
    'the client and this server changes requests',
};

export function refusalHints(say: (sentence: string) => void): (fault: AuthenticationFault) => void {
  const sayOnce = onceEach(say);
  return (fault) => {
    const hint = HINTS[fault];
    if (hint !== undefined) sayOnce(hint);
  };
}
