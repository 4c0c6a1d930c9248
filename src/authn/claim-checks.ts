/** The rules that a signature has to meet beside being right: its age, the signed headers, the scope. */
import { AuthenticationRefusal } from './authentication-error.ts';
import type { SignedRequest } from './canonical-request.ts';
import type { SignatureClaim } from './signature-claim.ts';
import { basicFormat } from './signing-time.ts';

const SKEW_MS = 15 * 60_000;
const MAX_EXPIRES_SECONDS = 604_800;
const REGION = /^[a-z]{2,4}(?:-[a-z]{2,12}){1,2}-\d{1,2}$/;

/**
 * AWS's presigned GetCallerIdentity lives for the ordinary 15 minutes whatever X-Amz-Expires says; EKS's
 * cluster tokens, which carry X-Amz-Expires=60, depend on that.
 * https://github.com/kubernetes-sigs/aws-iam-authenticator (pkg/token)
 */
const SERVICES_IGNORING_EXPIRES: ReadonlySet<string> = new Set(['sts']);

export function requireTime(claim: SignatureClaim, nowMs: number): void {
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
  if (seconds >= 1 && seconds <= MAX_EXPIRES_SECONDS) return seconds * 1000;
  throw new AuthenticationRefusal(
    'incomplete',
    `X-Amz-Expires must be a number of seconds between 1 and ${MAX_EXPIRES_SECONDS}, got '${expires}'`,
  );
}

/**
 * The host, and whatever an X-Amz- header says (the operation, the session), must be what the client signed.
 * The content hash needs no signature of its own: it is the last line of the canonical request.
 */
export function requireSignedHeaders(claim: SignatureClaim, headers: SignedRequest['headers']): void {
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
export function requireScope({ scope, signedAt }: SignatureClaim, service: string): void {
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

function mismatch(message: string): AuthenticationRefusal {
  return new AuthenticationRefusal('mismatch', message);
}

export function signatureMismatch(): AuthenticationRefusal {
  return mismatch(
    'The request signature we calculated does not match the signature you provided. ' +
      'Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  );
}
