/**
 * Writes the credential report, unless the one there is has not expired yet.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { iam } from '../iam.ts';
import { credentialReports, isExpired, reportOf } from './credential-report.ts';

export default iam.operation('GenerateCredentialReport', {
  checks: (context) => ({ account: accountCheck(context, 'iam:GenerateCredentialReport') }),
  async execute({ tx, account, nowMs }) {
    const existing = await tx.get(credentialReports, [account]);
    if (existing && !isExpired(existing, nowMs)) return { State: 'COMPLETE' };
    tx.put(credentialReports, { account, generatedAtMs: nowMs, content: await reportOf(tx, account) });
    // Written by now; said as AWS says it, so that a client asks once more.
    const isFirst = !existing && { Description: 'No report exists. Starting a new report generation task' };
    return { State: 'STARTED', ...isFirst };
  },
});
