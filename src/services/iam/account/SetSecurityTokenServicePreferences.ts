/**
 * Says in which Regions the session tokens of the global endpoint of STS are valid: kept and shown, for one endpoint serves all
 * Regions here, and its tokens are valid in each.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { iam } from '../iam.ts';
import { accountSettings, settingsOf } from './account.ts';

export default iam.operation('SetSecurityTokenServicePreferences', {
  checks: (context) => ({ account: accountCheck(context, 'iam:SetSecurityTokenServicePreferences') }),
  async execute({ tx, account }, { GlobalEndpointTokenVersion: version }) {
    const globalTokenVersion = version === 'v2Token' ? 2 : 1;
    tx.put(accountSettings, { ...(await settingsOf(tx, account)), globalTokenVersion });
    return {};
  },
});
