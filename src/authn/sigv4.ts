import { hash, timingSafeEqual } from 'node:crypto';
import type { AwsError } from '../aws/aws-error.ts';
import type { ProtocolName } from '../shapes/shape.ts';
import { AuthenticationRefusal, authenticationError } from './authentication-error.ts';
import { canonicalHeaders, canonicalPath, canonicalQuery, type SignedRequest } from './canonical-request.ts';
import { readSignatureClaim, type SignatureClaim } from './signature-claim.ts';
import { SigningKeyCache } from './signing-key.ts';
import { basicFormat } from './signing-time.ts';

const SKEW_MS = 15 * 60_000;
const LONGEST_EXPIRES_SECONDS = 604_800;
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
const SHA256_HEX = /^[0-9a-f]{64}$/;
const REGION = /^[a-z]{2,4}(?:-[a-z]{2,12}){1,2}-\d{1,2}$/;

/**
 * AWS's presigned GetCallerIdentity lives for the ordinary 15 minutes whatever X-Amz-Expires says; EKS's
 * cluster tokens, which carry X-Amz-Expires=60, depend on that.
 * https://github.com/kubernetes-sigs/aws-iam-authenticator (pkg/token)
 */
const SERVICES_IGNORING_EXPIRES: ReadonlySet<string> = new Set(['sts']);

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
  /** The clock by which sessions expire; `nowMs` when absent. */
  readonly sessionNowMs?: number;
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
  /** Where the signature stood: the Authorization header or a presigned URL. */
  readonly authMethod: 'header' | 'query';
  /** `none` only where `--auth open` let an unknown key in. */
  readonly signatureVersion: 'SigV4' | 'none';
  readonly signedAtMs: number;
}

export interface AuthenticationFailure {
  readonly verified: false;
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
      return { verified: false, error: authenticationError(error, options.protocol) };
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
    checkTime(claim, options.nowMs);
    checkSignedHeaders(claim, request.headers);
    checkScope(claim, options.service);
    if (credential) {
      checkSession(claim, credential, options.sessionNowMs ?? options.nowMs);
      this.#checkSignature(request, claim, credential.secret);
    }
    return {
      verified: true,
      accessKeyId: claim.accessKeyId,
      region: claim.scope.region,
      service: claim.scope.service,
      identity,
      authMethod: claim.method,
      signatureVersion: credential ? 'SigV4' : 'none',
      signedAtMs: claim.signedAt.ms,
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

function checkTime(claim: SignatureClaim, nowMs: number): void {
  const { signedAt, expires } = claim;
  if (signedAt.ms > nowMs + SKEW_MS) {
    const [now, latest] = [basicFormat(nowMs), basicFormat(nowMs + SKEW_MS)];
    throw mismatch(
      `Signature not yet current: ${signedAt.text} is still later than ${latest} (${now} + 15 min.)`,
    );
  }
  const honoured = expires !== undefined && !SERVICES_IGNORING_EXPIRES.has(claim.scope.service);
  const lifetimeMs = honoured ? readExpiresMs(expires) : SKEW_MS;
  if (signedAt.ms < nowMs - lifetimeMs) {
    const [now, earliest] = [basicFormat(nowMs), basicFormat(nowMs - lifetimeMs)];
    throw new AuthenticationRefusal(
      honoured ? 'expiredUrl' : 'mismatch',
      `Signature expired: ${signedAt.text} is now earlier than ${earliest} (${now} - ${lifetimeMs / 60_000} min.)`,
    );
  }
}

function readExpiresMs(expires: string): number {
  const seconds = /^\d{1,9}$/.test(expires) ? Number(expires) : 0;
  if (seconds >= 1 && seconds <= LONGEST_EXPIRES_SECONDS) return seconds * 1000;
  throw new AuthenticationRefusal(
    'incomplete',
    `X-Amz-Expires must be a number of seconds between 1 and ${LONGEST_EXPIRES_SECONDS}, got '${expires}'`,
  );
}

/**
 * The host, and whatever an X-Amz- header says (the operation, the session), must be what the client signed.
 * The content hash needs no signature of its own: it is the last line of the canonical request.
 */
function checkSignedHeaders(claim: SignatureClaim, headers: SignedRequest['headers']): void {
  const { signedHeaders } = claim;
  if (!signedHeaders.includes('host')) {
    throw mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const name in headers) {
    if (!name.startsWith('x-amz-') || name === 'x-amz-content-sha256') continue;
    if (!signedHeaders.includes(name)) {
      throw mismatch(`'${headerName(name)}' must be a 'SignedHeader' in the AWS Authorization.`);
    }
  }
  for (let i = 1; i < signedHeaders.length; i++) {
    // Unsorted or repeated names are no canonical form, so no signature over them can be right.
    if ((signedHeaders[i - 1] as string) >= (signedHeaders[i] as string)) throw signatureMismatch();
  }
}

/** `x-amz-target` as `X-Amz-Target`. */
function headerName(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (initial) => initial.toUpperCase());
}

/** Every complaint about the scope in one message, each with the space that AWS ends it with. */
function checkScope({ scope, signedAt }: SignatureClaim, service: string): void {
  const signedDay = signedAt.text.slice(0, 8);
  let complaints = '';
  if (!REGION.test(scope.region)) complaints += 'Credential should be scoped to a valid region. ';
  if (scope.service !== service) {
    complaints += `Credential should be scoped to correct service: ${quoted(service)}. `;
  }
  if (scope.terminator !== 'aws4_request') {
    complaints += `Credential should be scoped with a valid terminator: 'aws4_request', not ${quoted(scope.terminator)}. `;
  }
  if (scope.date !== signedDay) {
    complaints +=
      'Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: ' +
      `${quoted(scope.date)} != ${quoted(signedDay)}, from ${quoted(signedAt.text)}. `;
  }
  if (complaints !== '') throw mismatch(complaints);
}

const quoted = (text: string) => `'${text}'`;

function checkSession<Identity>(
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

function mismatch(message: string): AuthenticationRefusal {
  return new AuthenticationRefusal('mismatch', message);
}

function signatureMismatch(): AuthenticationRefusal {
  return mismatch(
    'The request signature we calculated does not match the signature you provided. ' +
      'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
}
