/**
 * Gives temporary credentials of the calling user itself, or root, above all to have MFA count. No permission is
 * needed. With the credentials, IAM can be called only if MFA was given, and of STS only AssumeRole and
 * GetCallerIdentity.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
import { issueSession } from '../../../invoke/identity/session-token.ts';
import { sts } from '../sts.ts';
import { spendMfa } from './mfa.ts';
import { recordedSession, shownCredentials, wholeSecond } from './role-session.ts';
import { minTokenSize, tokenSize } from './token-size.ts';
import { longTermIdentity, userSessionSeconds } from './user-session.ts';

export default sts.operation('GetSessionToken', {
  exempt: 'AWS asks no permission to call it',
  async execute(context, input) {
    const { caller, nowMs, entropy, ports } = context;
    const { account, principal, userName } = longTermIdentity(caller, 'GetSessionToken');
    const expiresAtMs = wholeSecond(nowMs + userSessionSeconds(caller, input.DurationSeconds) * 1000);
    const credentials = issueSession(
      { entropy, sealer: ports.sealer },
      {
        identity: { account, principal, userName },
        session: { issuedAtMs: nowMs, mfaAuthenticated: await spendMfa(context, input), tags: {} },
        expiresAtMs,
        minTokenSize: minTokenSize(input),
      },
    );
    return { Credentials: shownCredentials(credentials, expiresAtMs), ...tokenSize(credentials) };
  },
  audit: { omit: ['TokenCode'], responseElements: recordedSession },
});
