/**
 * Forward access sessions that outlive their request, for the one service that AWS lets go on with its caller's own
 * rights after it has answered: CloudFormation, whose stack operations take hours. What is stored says whose rights
 * they are and how they are narrowed, never a secret; it is sealed, so that nobody writes himself a session into the
 * store, and it is good for nothing once the user or role behind it is gone.
 */
import { AwsError } from '../../aws/aws-error.ts';
import { uuid } from '../../platform/identifiers.ts';
import { internPolicy } from '../../policy/intern.ts';
import { type ReadTransaction, type Transaction, table } from '../../store/store.ts';
import { type Caller, type Identity, standsFor } from '../caller.ts';
import type { WorkContext } from '../context.ts';
import type { Reseal } from './account.ts';

interface StoredForwardSession {
  readonly sessionId: string;
  readonly service: string;
  readonly sealed: string;
}

/** Session policies travel as text, since their compiled form has no stored form. */
interface SealedIdentity {
  readonly identity: Identity;
  readonly policies?: readonly { readonly name: string; readonly source: string }[];
}

const sessions = table<StoredForwardSession>()({
  name: 'invoke.forward-sessions',
  key: ({ sessionId }) => [sessionId],
});

/** Bound to the service, so that no other goes on with it. */
const sealContext = (service: string, sessionId: string) => `forward-session:${service}:${sessionId}`;

export function keepForwardSession(
  tx: Transaction,
  { entropy, ports }: WorkContext,
  service: string,
  caller: Caller,
): string {
  if (caller.kind === 'service') throw new Error('a service principal has no identity to forward');
  const { session, ...identity } = caller.identity;
  const { policies, ...rest } = session ?? {};
  const kept: SealedIdentity = {
    identity: session ? ({ ...identity, session: rest } as Identity) : identity,
    policies: policies?.map(({ name, policy }) => ({ name, source: policy.source })),
  };
  const sessionId = uuid(entropy);
  const sealed = ports.sealer.seal(Buffer.from(JSON.stringify(kept)), sealContext(service, sessionId));
  tx.put(sessions, { sessionId, service, sealed });
  return sessionId;
}

/** Throws AWS's error for a token that is no longer valid where the session has ended or its principal is gone. */
export async function openForwardSession(
  tx: ReadTransaction,
  { ports }: WorkContext,
  service: string,
  sessionId: string,
): Promise<Identity> {
  const stored = await tx.get(sessions, [sessionId]);
  if (!stored) throw invalidToken();
  const opened = ports.sealer.open(stored.sealed, sealContext(service, sessionId));
  const { identity, policies }: SealedIdentity = JSON.parse(opened.toString());
  const id = standsFor(identity.principal);
  if (id !== undefined && (await ports.principals.arn(tx, id)) === undefined) throw invalidToken();
  if (!policies || !identity.session) return identity;
  return { ...identity, session: { ...identity.session, policies: policies.map(sessionPolicy) } };
}

export function endForwardSession(tx: Transaction, sessionId: string): void {
  tx.delete(sessions, [sessionId]);
}

/** Puts the sessions under the sealer's current root key; returns how many there are. */
export async function resealForwardSessions(tx: Transaction, reseal: Reseal): Promise<number> {
  const all = await tx.list(sessions);
  for (const stored of all) {
    const context = sealContext(stored.service, stored.sessionId);
    tx.put(sessions, { ...stored, sealed: reseal(stored.sealed, context) });
  }
  return all.length;
}

function sessionPolicy({ name, source }: { name: string; source: string }) {
  const parsed = internPolicy(source, 'session');
  if (!parsed.ok) throw new Error('a session policy was kept without having been validated');
  return { name, policy: parsed.policy };
}

function invalidToken(): AwsError {
  return new AwsError('InvalidClientTokenId', 'The security token included in the request is invalid', 403);
}
