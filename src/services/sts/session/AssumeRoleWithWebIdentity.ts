/**
 * Gives temporary credentials of a role to the bearer of a token that an OpenID Connect provider signed. The call is
 * not signed: the token proves who calls, and the role's trust policy alone decides.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
 */
import { principalOf } from '../../../invoke/caller.ts';
import { accessDenied, NOT_AUTHORIZED_BY_TOKEN, sts } from '../sts.ts';
import { assertedSession } from '../web-identity/asserted-session.ts';
import { claimKeys, provenBearer } from '../web-identity/bearer.ts';
import { readToken } from '../web-identity/token.ts';
import {
  accountOfRole,
  recordedSession,
  roleChecks,
  sessionSeconds,
  startRoleSession,
} from './role-session.ts';
import { sessionPolicies } from './session-policies.ts';
import { sessionTagKeys } from './session-tags.ts';
import { minTokenSize } from './token-size.ts';

export default sts.operation('AssumeRoleWithWebIdentity', {
  unserved: ['ProviderId'],
  readOnly: true,
  bearer: {
    account: ({ RoleArn }) => accountOfRole(RoleArn),
    prove: provenBearer,
  },
  async checks(context, { RoleArn, RoleSessionName, WebIdentityToken }) {
    const { claims } = readToken(WebIdentityToken);
    const { tags, sourceIdentity } = assertedSession(claims);
    const check = await roleChecks(context, RoleArn);
    const conditions = () => ({
      'sts:RoleSessionName': RoleSessionName,
      'sts:SourceIdentity': sourceIdentity,
      ...sessionTagKeys(tags),
      ...claimKeys(claims),
    });
    return {
      role: check('sts:AssumeRoleWithWebIdentity', conditions),
      tags: Object.keys(tags.tags).length > 0 ? check('sts:TagSession', conditions) : undefined,
      source: sourceIdentity === undefined ? undefined : check('sts:SetSourceIdentity', conditions),
    };
  },
  async execute(context, input, { role: { record: role } }) {
    const { claims } = readToken(input.WebIdentityToken);
    const principal = principalOf(context.caller);
    if (principal.kind !== 'web-identity') throw accessDenied(NOT_AUTHORIZED_BY_TOKEN);
    const { provider } = principal;
    return {
      ...startRoleSession(context, {
        role,
        sessionName: input.RoleSessionName,
        seconds: sessionSeconds(role, input.DurationSeconds, false),
        policies: await sessionPolicies(context, role.account, input.Policy, input.PolicyArns),
        ...assertedSession(claims),
        mfaAuthenticated: false,
        federated: { provider, subject: claims.sub },
        minTokenSize: minTokenSize(input),
      }),
      SubjectFromWebIdentityToken: claims.sub,
      Provider: provider,
      Audience: claims.audience,
    };
  },
  audit: {
    omit: ['WebIdentityToken'],
    recordsReadOnlyResponse: true,
    brought: ({ WebIdentityToken }) => {
      const { sourceIdentity, tags } = assertedSession(readToken(WebIdentityToken).claims);
      return {
        ...(sourceIdentity !== undefined && { sourceIdentity }),
        ...(Object.keys(tags.tags).length > 0 && { principalTags: tags.tags }),
        ...(tags.transitiveTagKeys.length > 0 && { transitiveTagKeys: tags.transitiveTagKeys }),
      };
    },
    responseElements: (answer) => ({
      ...recordedSession(answer),
      subjectFromWebIdentityToken: answer.SubjectFromWebIdentityToken,
      provider: answer.Provider,
      audience: answer.Audience,
    }),
  },
});
