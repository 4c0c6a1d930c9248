/** Who bears a web identity token: proven by the keys of its issuer, if the role's account knows that issuer. */
import { asText } from '../../../aws/as-text.ts';
import type { Identity } from '../../../invoke/caller.ts';
import type { BearerContext } from '../../../invoke/context.ts';
import { tokenIssuer } from '../../../invoke/identity/token-issuer.ts';
import type { ConditionValues } from '../../../invoke/verdict.ts';
import { accountOfRole } from '../session/role-session.ts';
import { type Claims, invalidToken, readToken, verifyToken } from './token.ts';

const withoutScheme = (url: string) => url.replace(/^https:\/\//, '').replace(/\/$/, '');

export async function provenBearer(
  { tx, ports, nowMs }: BearerContext,
  { RoleArn, WebIdentityToken }: { readonly RoleArn: string; readonly WebIdentityToken: string },
): Promise<Identity> {
  const account = accountOfRole(RoleArn);
  const token = readToken(WebIdentityToken);
  const { iss, sub, aud, audience } = token.claims;
  const provider = await ports.principals.identityProvider(tx, account, withoutScheme(iss));
  if (!provider) throw invalidToken(`No OpenIDConnect provider found in your account for ${iss}`);
  const issuer = await tokenIssuer(tx, iss);
  if (!issuer) {
    throw invalidToken(
      "Couldn't retrieve verification key from your identity provider,  please reference " +
        'AssumeRoleWithWebIdentity documentation for requirements',
    );
  }
  verifyToken(token, issuer, nowMs);
  if (![audience, ...aud].some((each) => provider.clientIds.includes(each))) {
    throw invalidToken('Incorrect token audience');
  }
  return {
    principal: { kind: 'web-identity', provider: provider.arn },
    account,
    accessKeyId: '',
    userName: sub,
    audience,
  };
}

/** Claims that AWS lets policies ask for, named after the provider: `token.example.com:sub`. */
export function claimKeys({ iss, sub, audience, aud, all }: Claims): ConditionValues {
  const { amr, email } = all;
  const values: ConditionValues = {
    sub,
    aud: audience,
    oaud: aud,
    amr: Array.isArray(amr) ? amr.map(asText) : undefined,
    email: typeof email === 'string' ? email : undefined,
  };
  const provider = withoutScheme(iss);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${provider}:${name}`, value]));
}
