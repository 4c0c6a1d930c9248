/**
 * Tells the caller who it is. Everybody may ask, even under a policy that denies it.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
import { accountOf, callerArn, principalOf } from '../../../invoke/caller.ts';
import { sts } from '../sts.ts';

export default sts.operation('GetCallerIdentity', {
  readOnly: true,
  exempt: 'AWS asks no permission to call it',
  execute({ caller }) {
    const principal = principalOf(caller);
    return {
      UserId: 'id' in principal ? principal.id : accountOf(caller),
      Account: accountOf(caller),
      Arn: callerArn(caller),
    };
  },
});
