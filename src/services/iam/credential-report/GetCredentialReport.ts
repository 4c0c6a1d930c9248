/**
 * The credential report that was written last.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import { iam } from '../iam.ts';
import { credentialReports, isExpired } from './credential-report.ts';

export default iam.operation('GetCredentialReport', {
  readOnly: true,
  checks: (context) => ({ account: accountCheck(context, 'iam:GetCredentialReport') }),
  async execute({ tx, account, nowMs }) {
    const report = await tx.get(credentialReports, [account]);
    if (!report) throw new AwsError('ReportNotPresent', '', 410);
    if (isExpired(report, nowMs)) throw new AwsError('ReportExpired', '', 410);
    return {
      Content: Buffer.from(report.content),
      ReportFormat: 'text/csv',
      GeneratedTime: report.generatedAtMs,
    };
  },
});
