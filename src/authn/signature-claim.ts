/** Reads a request's signature, from its Authorization header or its query string. */
import { hash } from 'node:crypto';
import { AuthenticationRefusal } from './authentication-error.ts';
import { queryParts, type SignedRequest } from './canonical-request.ts';
import { decodeQueryComponent } from './percent-encoding.ts';
import { RecentEntries } from './recent-entries.ts';
import type { CredentialScope } from './signing-key.ts';
import { parseSigningTime, type SigningTime } from './signing-time.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SIGNATURE_CHARS = 64;
const SIGNATURE = /^[0-9a-f]{64}$/;
const UP_TO_SIGNATURE = /[ ,\t]Signature=$/;
/** Twice what SDKs write. */
const MAX_KNOWN_CHARS = 1024;

/** What a request says of its own signature, before any of it is believed. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  /** Access key id and scope as sent: `AKIA…/20260101/us-east-1/kms/aws4_request`. */
  readonly credential: string;
  readonly scope: CredentialScope & { readonly terminator: string };
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly signedAt: SigningTime;
  /** X-Amz-Expires as sent; presigned URLs only. */
  readonly expires: string | undefined;
  readonly sessionToken: string | undefined;
  /** The payload hash that the client claims to have signed. */
  readonly payloadHash: string | undefined;
}

type Scoped = Pick<SignatureClaim, 'accessKeyId' | 'credential' | 'scope'>;

/**
 * Reads the Authorization header or the presigned query.
 * @throws AuthenticationRefusal `missing` or `incomplete`, in AWS's words
 */
export function readSignatureClaim(request: SignedRequest): SignatureClaim {
  const authorization = request.headers.authorization;
  const presigned = request.query.includes('X-Amz-') ? presignedParameters(request.query) : undefined;
  if (authorization === undefined) {
    if (!presigned?.has('X-Amz-Algorithm')) throw missingToken();
    return readPresigned(presigned, request);
  }
  if (presigned?.has('X-Amz-Algorithm')) {
    throw new AuthenticationRefusal(
      'mismatch',
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    );
  }
  if (!authorization.startsWith('AWS4-')) throw missingToken();
  return readAuthorization(authorization, request.headers);
}

function missingToken(): AuthenticationRefusal {
  return new AuthenticationRefusal('missing', 'Request is missing Authentication Token');
}

/** What a header says beside the signature: the same in all requests for one operation that a client signs on one day. */
interface Announced extends Scoped {
  readonly signedHeaders: readonly string[];
}

/** By the header up to its signature, which clients put last. */
const announcements = new RecentEntries<Announced>(1024);

function readAuthorization(authorization: string, headers: SignedRequest['headers']): SignatureClaim {
  const date = headers['x-amz-date'] ?? headers.date;
  const rest = authorization.slice(0, -SIGNATURE_CHARS);
  const last = authorization.slice(-SIGNATURE_CHARS);
  const known = date && SIGNATURE.test(last) ? announcements.get(rest) : undefined;
  if (known) return headerClaim(known, last, readDate(date as string), headers);
  const [algorithm, parameters] = authorizationParameters(authorization);
  const credential = parameters.get('Credential');
  const signature = parameters.get('Signature');
  const signedHeaders = parameters.get('SignedHeaders');
  if (!credential || !signature || !signedHeaders || !date) {
    const complaints = ['Credential', 'Signature', 'SignedHeaders']
      .filter((name) => !parameters.get(name))
      .map((name) => `Authorization header requires '${name}' parameter. `);
    if (!date) {
      complaints.push(
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
      );
    }
    // The header may carry a secret that was pasted into the wrong place, so AWS echoes only its hash.
    const hashed = hash('sha256', authorization, 'base64');
    throw incomplete(
      `${complaints.join('')}(Hashed with SHA-256 and encoded with Base64) Authorization=${hashed}`,
    );
  }
  const announced = { ...readScope(algorithm, credential), signedHeaders: signedHeaders.split(';') };
  const signedAt = readDate(date);
  if (signature === last && rest.length <= MAX_KNOWN_CHARS && UP_TO_SIGNATURE.test(rest)) {
    announcements.set(rest, announced);
  }
  return headerClaim(announced, signature, signedAt, headers);
}

function headerClaim(
  { accessKeyId, credential, scope, signedHeaders }: Announced,
  signature: string,
  signedAt: SigningTime,
  headers: SignedRequest['headers'],
): SignatureClaim {
  return {
    accessKeyId,
    credential,
    scope,
    signedHeaders,
    signature,
    signedAt,
    expires: undefined,
    sessionToken: headers['x-amz-security-token'],
    payloadHash: headers['x-amz-content-sha256'],
  };
}

function authorizationParameters(authorization: string): [string, ReadonlyMap<string, string>] {
  const [algorithm = '', ...pieces] = authorization.split(/[ ,\t]+/);
  const parameters = new Map<string, string>();
  for (const piece of pieces) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    if (equals < 0) {
      throw incomplete(
        'Invalid key=value pair (missing equal-sign) in Authorization header ' +
          `(hashed with SHA-256 and encoded with Base64): '${hash('sha256', authorization, 'base64')}'.`,
      );
    }
    parameters.set(piece.slice(0, equals), piece.slice(equals + 1));
  }
  return [algorithm, parameters];
}

function presignedParameters(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of queryParts(query)) {
    if (name.startsWith('X-Amz-') && !parameters.has(name)) parameters.set(name, decodeQueryComponent(value));
  }
  return parameters;
}

function readPresigned(parameters: ReadonlyMap<string, string>, request: SignedRequest): SignatureClaim {
  const complaints: string[] = [];
  const required = (name: string): string => {
    const value = parameters.get(name);
    if (!value) complaints.push(`AWS query-string parameters must include '${name}'. `);
    return value ?? '';
  };
  const algorithm = required('X-Amz-Algorithm');
  const credential = required('X-Amz-Credential');
  const signature = required('X-Amz-Signature');
  const signedHeaders = required('X-Amz-SignedHeaders');
  const date = required('X-Amz-Date');
  if (complaints.length > 0) {
    throw incomplete(`${complaints.join('')}Re-examine the query-string parameters.`);
  }
  return {
    ...readScope(algorithm, credential),
    signedHeaders: signedHeaders.split(';'),
    signature,
    signedAt: readDate(date),
    expires: parameters.get('X-Amz-Expires'),
    sessionToken: parameters.get('X-Amz-Security-Token') ?? request.headers['x-amz-security-token'],
    payloadHash: parameters.get('X-Amz-Content-Sha256') ?? request.headers['x-amz-content-sha256'],
  };
}

function readScope(algorithm: string, credential: string): Scoped {
  if (algorithm !== ALGORITHM) {
    throw incomplete(`Unsupported AWS 'algorithm': '${algorithm}' (only ${ALGORITHM} for now). `);
  }
  const [accessKeyId, date, region, service, terminator, ...rest] = credential.split('/');
  if (!accessKeyId || !date || !region || !service || !terminator || rest.length > 0) {
    throw incomplete(
      'Credential must have exactly 5 slash-delimited elements, ' +
        `e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  }
  return { accessKeyId, credential, scope: { date, region, service, terminator } };
}

function readDate(text: string): SigningTime {
  const time = parseSigningTime(text);
  if (time) return time;
  throw incomplete(
    `Date must be in ISO-8601 'basic format'. Got '${text}'. See http://en.wikipedia.org/wiki/ISO_8601`,
  );
}

function incomplete(message: string): AuthenticationRefusal {
  return new AuthenticationRefusal('incomplete', message);
}
