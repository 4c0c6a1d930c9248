/** The policy of a key that comes without one: everything to the account, which hands it out by IAM (aws-facts A1.7). */
import { rootArn } from './root-user.ts';

export const defaultKeyPolicy = (account: string) => ({
  Version: '2012-10-17',
  Id: 'key-default-1',
  Statement: [
    {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: rootArn(account) },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
});
