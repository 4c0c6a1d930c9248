/**
 * Says in which Regions the session tokens of the global endpoint of STS are valid: kept and shown, for one endpoint serves all
 * Regions here, and its tokens are valid in each.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html
 */
import { iam } from '../iam.ts';
import { accountCheck, accountSettings, settingsOf } from './account.ts';

export default iam.operation('SetSecurityTokenServicePreferences', {
  checks: ({ account }) => accountCheck(account, 'SetSecurityTokenServicePreferences'),
  async execute({ tx, account }, { GlobalEndpointTokenVersion: version }) {
    const globalTokenVersion = version === 'v2Token' ? 2 : 1;
    tx.put(accountSettings, { ...(await settingsOf(tx, account)), globalTokenVersion });
    return {};
  },
});
