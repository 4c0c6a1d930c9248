/**
 * Gives temporary credentials of a role to whom its trust policy and the caller's own policies let. Passing tags and
 * a source identity are permissions of their own. Roles cannot be assumed by root; a role session that assumes a role
 * (chaining) gets an hour at most, keeps its source identity, and hands on its transitive tags.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
import { principalOf } from '../../../invoke/caller.ts';
import { accessDenied, invalidParameter, sts } from '../sts.ts';
import { hasMfa, mfaKeys, spendMfa } from './mfa.ts';
import { recordedSession, roleChecks, sessionSeconds, startRoleSession } from './role-session.ts';
import { sessionPolicies } from './session-policies.ts';
import { inheritedTags, sessionTagKeys, sessionTags } from './session-tags.ts';
import { minTokenSize } from './token-size.ts';

export default sts.operation('AssumeRole', {
  unserved: ['ProvidedContexts'],
  readOnly: true,
  async checks(context, input) {
    const { caller } = context;
    const principal = principalOf(caller);
    if (principal.kind === 'root') throw accessDenied('Roles may not be assumed by root accounts.');
    const calling = caller.kind === 'service' ? undefined : caller.identity.session;
    const sourceIdentity = input.SourceIdentity ?? calling?.sourceIdentity;
    if (calling?.sourceIdentity !== undefined && calling.sourceIdentity !== sourceIdentity) {
      throw invalidParameter('The source identity is already set for this assume role session');
    }
    const tags = sessionTags(input.Tags, input.TransitiveTagKeys, calling);
    const check = await roleChecks(context, input.RoleArn);
    const mfa = mfaKeys(await hasMfa(context, input));
    const conditions = () => ({
      'sts:ExternalId': input.ExternalId,
      'sts:RoleSessionName': input.RoleSessionName,
      'sts:SourceIdentity': sourceIdentity,
      ...sessionTagKeys(tags),
      ...mfa,
    });
    return {
      role: check('sts:AssumeRole', conditions),
      tags: Object.keys(tags.tags).length > 0 ? check('sts:TagSession', conditions) : undefined,
      source: sourceIdentity === undefined ? undefined : check('sts:SetSourceIdentity', conditions),
    };
  },
  async execute(context, input, { role: { record: role } }) {
    const { caller } = context;
    const calling = caller.kind === 'service' ? undefined : caller.identity.session;
    const chained = principalOf(caller).kind === 'role-session';
    return startRoleSession(context, {
      role,
      sessionName: input.RoleSessionName,
      seconds: sessionSeconds(role, input.DurationSeconds, chained),
      policies: await sessionPolicies(context, role.account, input.Policy, input.PolicyArns),
      tags: sessionTags(input.Tags, input.TransitiveTagKeys, calling),
      sourceIdentity: input.SourceIdentity ?? calling?.sourceIdentity,
      mfaAuthenticated: await spendMfa(context, input),
      minTokenSize: minTokenSize(input),
    });
  },
  audit: {
    omit: ['TokenCode'],
    recordsReadOnlyResponse: true,
    brought: (_input, { caller }) => {
      const calling = caller.kind === 'service' ? undefined : caller.identity.session;
      const inherited = inheritedTags(calling);
      return Object.keys(inherited).length > 0 ? { incomingTransitiveTags: inherited } : {};
    },
    responseElements: recordedSession,
  },
});
