/** Records of the shapes that AWS's documentation publishes, each a second after the one before. */
export const ACCOUNT = '111122223333';
export const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
export const USER_ID = 'AIDAEXAMPLEEXAMPLE12';
export const ROLE_ID = 'AROAEXAMPLEEXAMPLE12';

let made = 0;

export function event(
  service: string,
  eventName: string,
  requestParameters: object | null,
  responseElements: object | null = null,
  more: object = {},
): Record<string, unknown> {
  const number = made++;
  const id = `${number.toString(16).padStart(8, '0')}-12ab-34cd-56ef-1234567890ab`;
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'IAMUser',
      principalId: 'AIDAADMINADMINADMIN1',
      arn: `arn:aws:iam::${ACCOUNT}:user/admin`,
      accountId: ACCOUNT,
      userName: 'admin',
    },
    eventTime: new Date(Date.UTC(2026, 10, 1) + number * 1000).toISOString().replace('.000', ''),
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: 'us-east-1',
    sourceIPAddress: '192.0.2.7',
    userAgent: 'aws-cli/2.15.0',
    requestParameters,
    responseElements,
    requestID: id,
    eventID: id,
    readOnly: false,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
    ...more,
  };
}

export const keyEvent = (
  eventName: string,
  parameters: object | null,
  response: object | null = null,
  more: object = {},
) =>
  event('kms', eventName, parameters, response, {
    resources: [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: KEY }],
    ...more,
  });

/** By a role whose making nobody has recorded. */
export const roleCall = (eventName: string, more: object = {}) =>
  keyEvent(
    eventName,
    { encryptionContext: { purpose: 'files' }, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
    null,
    {
      readOnly: true,
      userIdentity: {
        type: 'AssumedRole',
        principalId: `${ROLE_ID}:batch`,
        arn: `arn:aws:sts::${ACCOUNT}:assumed-role/web/batch`,
        accountId: ACCOUNT,
        sessionContext: {
          sessionIssuer: {
            type: 'Role',
            principalId: ROLE_ID,
            arn: `arn:aws:iam::${ACCOUNT}:role/app/web`,
            accountId: ACCOUNT,
            userName: 'web',
          },
          attributes: { mfaAuthenticated: 'false', creationDate: '2026-11-01T00:00:00Z' },
        },
      },
      ...more,
    },
  );
