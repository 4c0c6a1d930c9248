/**
 * Temporary credentials. All that is known of a session travels sealed in its token, so that nothing is stored for
 * it: STS seals, authn opens. The secret inside is never readable without the server's root key.
 */
import { formatAccessKeyId } from '../../aws/access-key-id.ts';
import type { Entropy, Sealer } from '../../platform/ports.ts';
import type { NamedPolicy } from '../../policy/decision.ts';
import { parsePolicy } from '../../policy/parse.ts';
import type { Identity, Session } from '../caller.ts';

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface OpenedSession {
  readonly identity: Identity & { readonly session: Session };
  readonly secretAccessKey: string;
  readonly expiresAtMs: number;
}

/** What a new session is made of: session policies as text, since their compiled form has no stored form. */
export interface SessionGrant {
  readonly identity: Omit<Identity, 'accessKeyId' | 'session'>;
  readonly session: Omit<Session, 'policies'>;
  /** Documents given to AssumeRole or GetFederationToken; absent where the session is not narrowed by any. */
  readonly policyDocuments?: readonly string[];
  readonly expiresAtMs: number;
}

interface Sealed extends SessionGrant {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const CONTEXT = 'session-token';
/** How many opened tokens are kept, for clients send the same one with each call. */
const MAX_OPENED = 1024;
const opened = new WeakMap<Sealer, Map<string, OpenedSession>>();

export function issueSession(
  world: { readonly entropy: Entropy; readonly sealer: Sealer },
  grant: SessionGrant,
): SessionCredentials {
  const accessKeyId = formatAccessKeyId('ASIA', grant.identity.account, world.entropy.bytes(5));
  const secretAccessKey = world.entropy.bytes(30).toString('base64');
  const sealed: Sealed = { ...grant, accessKeyId, secretAccessKey };
  const sessionToken = world.sealer.seal(Buffer.from(JSON.stringify(sealed)), CONTEXT);
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** The session that a token holds, expired or not; undefined where the token is not one of this server's. */
export function openSession(sealer: Sealer, token: string): OpenedSession | undefined {
  const known = opened.get(sealer) ?? new Map<string, OpenedSession>();
  opened.set(sealer, known);
  const before = known.get(token);
  if (before) return before;
  const sealed = unseal(sealer, token);
  if (!sealed) return undefined;
  const { identity, session, policyDocuments, expiresAtMs, accessKeyId, secretAccessKey } = sealed;
  const policies = policyDocuments?.map(sessionPolicy);
  const result: OpenedSession = {
    identity: { ...identity, accessKeyId, session: policies ? { ...session, policies } : session },
    secretAccessKey,
    expiresAtMs,
  };
  if (known.size >= MAX_OPENED) known.delete(known.keys().next().value as string);
  known.set(token, result);
  return result;
}

function unseal(sealer: Sealer, token: string): Sealed | undefined {
  try {
    return JSON.parse(sealer.open(token, CONTEXT).toString());
  } catch {
    return undefined;
  }
}

function sessionPolicy(document: string): NamedPolicy {
  const parsed = parsePolicy(document, 'session');
  if (!parsed.ok) throw new Error('a session policy was sealed without having been validated');
  return { policy: parsed.policy, name: 'session policy' };
}
