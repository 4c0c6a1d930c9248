/**
 * Temporary credentials. All that is known of a session travels sealed in its token, so that nothing is stored for
 * it: STS seals, authn opens. The secret inside is never readable without the server's root key.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
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
  /** The token is filled up to so many characters at least. */
  readonly minTokenSize?: number;
}

interface Sealed extends Omit<SessionGrant, 'minTokenSize'> {
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
  const { minTokenSize = 0, ...kept } = grant;
  const content = packed({ ...kept, accessKeyId, secretAccessKey });
  let sessionToken = world.sealer.seal(content, CONTEXT);
  // Three bytes make four characters.
  let filling = Math.floor(((minTokenSize - sessionToken.length) * 3) / 4);
  while (sessionToken.length < minTokenSize) {
    sessionToken = world.sealer.seal(Buffer.concat([content, Buffer.alloc(filling++)]), CONTEXT);
  }
  return { accessKeyId, secretAccessKey, sessionToken };
}

const LENGTH_BYTES = 4;

/**
 * What is passed with a session may be long, and is compressed as AWS does it; the rest of a token is as long as the names in it.
 * Each part begins with its length, and what follows the two fills the token up.
 */
function packed({ policyDocuments, session, ...rest }: Sealed): Buffer {
  const { policyArns, tags, transitiveTagKeys, ...others } = session;
  const passed = { policyDocuments, policyArns, tags, transitiveTagKeys };
  const parts = [
    Buffer.from(JSON.stringify({ ...rest, session: others })),
    deflateRawSync(JSON.stringify(passed)),
  ];
  return Buffer.concat(parts.flatMap((part) => [lengthOf(part), part]));
}

function lengthOf(part: Buffer): Buffer {
  const bytes = Buffer.alloc(LENGTH_BYTES);
  bytes.writeUInt32BE(part.length);
  return bytes;
}

function unpacked(content: Buffer): Sealed {
  const [own, passed] = [partAt(content, 0), partAt(content, LENGTH_BYTES + content.readUInt32BE())];
  const { session, ...rest } = JSON.parse(own.toString());
  const { policyDocuments, ...ofSession } = JSON.parse(inflateRawSync(passed).toString());
  return { ...rest, session: { ...session, ...ofSession }, policyDocuments };
}

const partAt = (content: Buffer, at: number): Buffer =>
  content.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + content.readUInt32BE(at));

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
    return unpacked(sealer.open(token, CONTEXT));
  } catch {
    return undefined;
  }
}

function sessionPolicy(document: string): NamedPolicy {
  const parsed = parsePolicy(document, 'session');
  if (!parsed.ok) throw new Error('a session policy was sealed without having been validated');
  return { policy: parsed.policy, name: 'session policy' };
}
