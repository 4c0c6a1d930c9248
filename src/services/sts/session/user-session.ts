/** Sessions that long-term credentials start for themselves: GetSessionToken and GetFederationToken. */
import { type Caller, type Identity, principalOf } from '../../../invoke/caller.ts';
import { accessDenied } from '../sts.ts';

const DEFAULT_SECONDS = 43_200;
/** For root's credentials; more is cut down to it. */
const MAX_ROOT_SECONDS = 3600;

/** The user or root behind the call, or STS's error for one who is itself but a session. */
export function longTermIdentity(caller: Caller, operation: string): Identity {
  if (caller.kind === 'service' || caller.identity.session) {
    throw accessDenied(`Cannot call ${operation} with session credentials`);
  }
  return caller.identity;
}

export function userSessionSeconds(caller: Caller, requested = DEFAULT_SECONDS): number {
  return principalOf(caller).kind === 'root' ? Math.min(requested, MAX_ROOT_SECONDS) : requested;
}
