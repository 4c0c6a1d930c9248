/**
 * Gives temporary credentials to a federated user whom the calling user (or root) vouches for. They may do what both
 * the vouching user and the passed policies allow; without a policy nothing, but for resource policies that name them.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
 */
import { formatArn } from '../../../aws/arn.ts';
import { issueSession } from '../../../invoke/identity/session-token.ts';
import type { PolicyPrincipal } from '../../../policy/decision.ts';
import { sts } from '../sts.ts';
import { recordedSession, shownCredentials, wholeSecond } from './role-session.ts';
import { sessionPolicies } from './session-policies.ts';
import { sessionTagKeys, sessionTags } from './session-tags.ts';
import { minTokenSize, tokenSize } from './token-size.ts';
import { longTermIdentity, userSessionSeconds } from './user-session.ts';

const federatedArn = (account: string, name: string) =>
  formatArn({ service: 'sts', region: '', account, resource: `federated-user/${name}` });

export default sts.operation('GetFederationToken', {
  checks({ caller, account }, { Name, Tags }) {
    longTermIdentity(caller, 'GetFederationToken');
    const tags = sessionTags(Tags);
    const resource = federatedArn(account, Name);
    const conditions = () => sessionTagKeys(tags);
    return {
      user: { action: 'sts:GetFederationToken', resource, account, record: undefined, conditions },
      tags: Tags?.length
        ? { action: 'sts:TagSession', resource, account, record: undefined, conditions }
        : undefined,
    };
  },
  async execute(context, input) {
    const { caller, nowMs, entropy, ports } = context;
    const { account, principal: issuer, userName = 'root' } = longTermIdentity(caller, 'GetFederationToken');
    const issuerId = 'id' in issuer ? issuer.id : account;
    const issuerArn = 'arn' in issuer ? issuer.arn : '';
    const arn = federatedArn(account, input.Name);
    const id = `${account}:${input.Name}`;
    const principal: PolicyPrincipal = { kind: 'federated-user', account, arn, id, issuerArn, issuerId };
    const policies = await sessionPolicies(context, account, input.Policy, input.PolicyArns);
    const { tags } = sessionTags(input.Tags);
    const expiresAtMs = wholeSecond(nowMs + userSessionSeconds(caller, input.DurationSeconds) * 1000);
    const credentials = issueSession(
      { entropy, sealer: ports.sealer },
      {
        identity: { account, principal, userName: input.Name },
        session: {
          issuedAtMs: nowMs,
          mfaAuthenticated: false,
          policyArns: policies.policyArns,
          tags,
          issuer: {
            type: issuer.kind === 'root' ? 'Root' : 'IAMUser',
            principalId: issuerId,
            arn: issuerArn,
            accountId: account,
            userName,
          },
        },
        // An empty list allows nothing, as AWS has it where no policy is passed.
        policyDocuments: policies.policyDocuments ?? [],
        expiresAtMs,
        minTokenSize: minTokenSize(input),
      },
    );
    const size = tokenSize(credentials);
    return {
      Credentials: shownCredentials(credentials, expiresAtMs),
      FederatedUser: { FederatedUserId: id, Arn: arn },
      PackedPolicySize: size.SessionTokenUtilization,
      ...size,
    };
  },
  audit: {
    responseElements: (output) => ({
      ...recordedSession(output),
      federatedUser: {
        federatedUserId: output.FederatedUser?.FederatedUserId,
        arn: output.FederatedUser?.Arn,
      },
    }),
  },
});
