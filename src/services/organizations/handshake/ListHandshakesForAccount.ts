/**
 * Lists the invitations that the calling account has.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListHandshakesForAccount.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { organizations } from '../organizations.ts';
import { handshakePage, visibleHandshakes } from './handshake.ts';

export default organizations.operation('ListHandshakesForAccount', {
  readOnly: true,
  checks: (context) => ({ handshakes: accountCheck(context, 'organizations:ListHandshakesForAccount') }),
  async execute({ tx, account, nowMs }, input) {
    return handshakePage(tx, await visibleHandshakes(tx, 'account', account, nowMs), input, nowMs);
  },
});
