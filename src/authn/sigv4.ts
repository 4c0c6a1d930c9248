/** Verifies a request that is signed with Signature Version 4. */
import { hash, timingSafeEqual } from 'node:crypto';
import type { AwsError } from '../aws/aws-error.ts';
import type { ProtocolName } from '../shapes/shape.ts';
import {
  type AuthenticationFault,
  AuthenticationRefusal,
  authenticationError,
} from './authentication-error.ts';
import { canonicalHeaders, canonicalPath, canonicalQuery, type SignedRequest } from './canonical-request.ts';
import { requireScope, requireSignedHeaders, requireTime, signatureMismatch } from './claim-checks.ts';
import { readSignatureClaim, type SignatureClaim } from './signature-claim.ts';
import { SigningKeyCache } from './signing-key.ts';

const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** An access key as the account that issued it knows it. `Identity` is opaque here. */
export interface Credential<Identity> {
  readonly secret: string;
  /** The session token that must come with the key; absent for a long-term key, with which none may come. */
  readonly sessionToken?: string;
  readonly expiresAtMs?: number;
  readonly identity: Identity;
}

/** Finds the credential of an active access key. Undefined for a key that is unknown, inactive or of another token. */
export type CredentialLookup<Identity> = (
  accessKeyId: string,
  sessionToken: string | undefined,
) => Promise<Credential<Identity> | undefined>;

export interface VerifyOptions<Identity> {
  /** Whose error words to use. */
  readonly protocol: ProtocolName;
  /** The signing name that the credential scope must have (`kms`, `ec2`). */
  readonly service: string;
  /** The clock that clients sign by: the machine's, even when the server's own has been advanced. */
  readonly nowMs: number;
  /** The clock by which sessions expire. */
  readonly sessionNowMs: number;
  readonly credential: CredentialLookup<Identity>;
  /**
   * `--auth open`: the identity given to an unknown access key, whose signature then cannot be checked, or
   * undefined to refuse it. A known key's signature is checked as ever.
   */
  readonly open?: (accessKeyId: string) => Promise<Identity | undefined>;
}

export interface Verified<Identity> {
  readonly verified: true;
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  readonly identity: Identity;
}

export interface AuthenticationFailure {
  readonly verified: false;
  readonly fault: AuthenticationFault;
  readonly error: AwsError;
}

/**
 * Verifies AWS Signature Version 4 requests.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export class SigV4Verifier {
  readonly #keys = new SigningKeyCache();

  /** Who signed the request, or AWS's error for the way in which it is wrong. */
  async verify<Identity>(
    request: SignedRequest,
    options: VerifyOptions<Identity>,
  ): Promise<Verified<Identity> | AuthenticationFailure> {
    try {
      return await this.#verify(request, options);
    } catch (error) {
      if (!(error instanceof AuthenticationRefusal)) throw error;
      return {
        verified: false,
        fault: error.fault,
        error: authenticationError(error, options.protocol),
      };
    }
  }

  async #verify<Identity>(
    request: SignedRequest,
    options: VerifyOptions<Identity>,
  ): Promise<Verified<Identity>> {
    const claim = readSignatureClaim(request);
    const credential = await options.credential(claim.accessKeyId, claim.sessionToken);
    const identity = credential ? credential.identity : await options.open?.(claim.accessKeyId);
    if (identity === undefined) throw unknownCredential(claim);
    // AWS looks the key up first: an unknown key is called so even on a request that is also too old.
    requireTime(claim, options.nowMs);
    requireSignedHeaders(claim, request.headers);
    requireScope(claim, options.service);
    if (credential) {
      requireSession(claim, credential, options.sessionNowMs);
      this.#checkSignature(request, claim, credential.secret);
    }
    return {
      verified: true,
      accessKeyId: claim.accessKeyId,
      region: claim.scope.region,
      service: claim.scope.service,
      identity,
    };
  }

  #checkSignature(request: SignedRequest, claim: SignatureClaim, secret: string): void {
    const { scope, signedAt } = claim;
    const canonical = canonicalRequest(request, claim);
    if (canonical === undefined || !SHA256_HEX.test(claim.signature)) throw signatureMismatch();
    const stringToSign =
      `AWS4-HMAC-SHA256\n${signedAt.text}\n${scope.date}/${scope.region}/${scope.service}/aws4_request\n` +
      hash('sha256', canonical, 'hex');
    const key = this.#keys.get(claim.credential, secret, scope);
    if (!timingSafeEqual(key.sign(stringToSign), Buffer.from(claim.signature, 'hex')))
      throw signatureMismatch();
  }
}

/** Undefined when the request cannot match any signature: a signed header is absent, or the body is another. */
function canonicalRequest(request: SignedRequest, claim: SignatureClaim): string | undefined {
  const { signedHeaders, payloadHash } = claim;
  const headers = canonicalHeaders(request.headers, signedHeaders);
  if (headers === undefined) return undefined;
  let payload = UNSIGNED_PAYLOAD;
  if (payloadHash !== UNSIGNED_PAYLOAD) {
    payload = hash('sha256', request.body, 'hex');
    if (payloadHash !== undefined && payloadHash !== payload) return undefined;
  }
  const path = canonicalPath(request.path);
  const query = canonicalQuery(request.query);
  return `${request.method}\n${path}\n${query}\n${headers}\n${signedHeaders.join(';')}\n${payload}`;
}

function requireSession<Identity>(
  claim: SignatureClaim,
  credential: Credential<Identity>,
  nowMs: number,
): void {
  if (!sameToken(claim.sessionToken, credential.sessionToken)) throw unknownCredential(claim);
  if (credential.expiresAtMs !== undefined && nowMs >= credential.expiresAtMs) {
    throw new AuthenticationRefusal('expiredToken', 'The security token included in the request is expired');
  }
}

function sameToken(given: string | undefined, expected: string | undefined): boolean {
  if (given === undefined || expected === undefined) return given === expected;
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** AWS's sentence ends with a full stop for a key, and without one for a session token. */
function unknownCredential(claim: SignatureClaim): AuthenticationRefusal {
  const sentence = 'The security token included in the request is invalid';
  return claim.sessionToken === undefined
    ? new AuthenticationRefusal('unknownKey', `${sentence}.`)
    : new AuthenticationRefusal('invalidToken', sentence);
}
