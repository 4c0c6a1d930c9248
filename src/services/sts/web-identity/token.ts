/**
 * Web identity tokens: JSON Web Tokens that an OpenID Connect issuer signed.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 */
import { verify } from 'node:crypto';
import { AwsError } from '../../../aws/aws-error.ts';
import { parseBoundedJson } from '../../../aws/bounded-json.ts';
import { publicKeyOf, type TokenIssuer } from '../../../invoke/identity/token-issuer.ts';
import { isObject } from '../../../platform/is-object.ts';

export interface Claims {
  readonly iss: string;
  readonly sub: string;
  /** Who the token is for: `azp` where it has one, else `aud`. */
  readonly audience: string;
  readonly aud: readonly string[];
  readonly expiresAtMs: number;
  readonly notBeforeMs: number;
  /** All claims, as the token has them. */
  readonly all: Readonly<Record<string, unknown>>;
}

export interface Token {
  readonly header: { readonly alg: string; readonly kid?: string };
  readonly claims: Claims;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** The algorithms that AWS takes, with the curve of the key where it is no RSA key (RFC 7518). */
const ALGORITHMS: Readonly<Record<string, { readonly hash: string; readonly crv?: string }>> = {
  RS256: { hash: 'sha256' },
  RS384: { hash: 'sha384' },
  RS512: { hash: 'sha512' },
  ES256: { hash: 'sha256', crv: 'P-256' },
  ES384: { hash: 'sha384', crv: 'P-384' },
  ES512: { hash: 'sha512', crv: 'P-521' },
};

export const invalidToken = (message: string) => new AwsError('InvalidIdentityToken', message);

export const notValidated = () =>
  invalidToken(
    'The web identity token provided could not be validated. See the AssumeRoleWithWebIdentity documentation for ' +
      'requirements.',
  );

/** Reads a token without believing it. */
export function readToken(text: string): Token {
  const [head = '', body = '', signature, ...rest] = text.split('.');
  const { alg, kid } = jsonObject(head) ?? {};
  const payload = jsonObject(body);
  if (signature === undefined || rest.length > 0 || !payload || typeof alg !== 'string') {
    throw invalidToken(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  }
  return {
    header: { alg, ...(typeof kid === 'string' && { kid }) },
    claims: readClaims(payload),
    signed: Buffer.from(`${head}.${body}`),
    signature: Buffer.from(signature, 'base64url'),
  };
}

function jsonObject(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = parseBoundedJson(Buffer.from(part, 'base64url').toString());
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const REQUIRED = ['iss', 'sub', 'aud', 'exp', 'iat'];

function readClaims(all: Record<string, unknown>): Claims {
  const missing = REQUIRED.find((name) => all[name] === undefined);
  if (missing) throw invalidToken(`Missing a required claim: ${missing}`);
  const { iss, sub, azp, exp, nbf = 0, aud: audiences } = all;
  const aud = [audiences].flat();
  const audience = azp ?? aud[0];
  const areTexts = [iss, sub, audience, ...aud].every((text) => typeof text === 'string' && text.length > 0);
  if (!areTexts || typeof exp !== 'number' || typeof nbf !== 'number') throw notValidated();
  return {
    iss: iss as string,
    sub: sub as string,
    audience: audience as string,
    aud: aud as string[],
    expiresAtMs: exp * 1000,
    notBeforeMs: nbf * 1000,
    all,
  };
}

/** Believes a token, or throws AWS's error: signed by a key of the issuer, and in its time. */
export function verifyToken(token: Token, { keys }: TokenIssuer, nowMs: number): void {
  const { header, claims, signed, signature } = token;
  const algorithm = Object.hasOwn(ALGORITHMS, header.alg) ? ALGORITHMS[header.alg] : undefined;
  if (!algorithm) throw notValidated();
  const isSigned = keys.some(
    ({ kid, alg, jwk }) =>
      (header.kid === undefined || kid === header.kid) &&
      (alg === undefined || alg === header.alg) &&
      jwk.crv === algorithm.crv &&
      verify(algorithm.hash, signed, { key: publicKeyOf(jwk), dsaEncoding: 'ieee-p1363' }, signature),
  );
  if (!isSigned || nowMs < claims.notBeforeMs) throw notValidated();
  if (nowMs >= claims.expiresAtMs) {
    const [now, expiry] = [nowMs, claims.expiresAtMs].map((ms) => Math.floor(ms / 1000));
    throw new AwsError(
      'ExpiredTokenException',
      `Token expired: current date/time ${now} must be before the expiration date/time${expiry}`,
    );
  }
}
