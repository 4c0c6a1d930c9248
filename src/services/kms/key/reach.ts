/** Operations that reach keys of other accounts (aws-facts A2.1); the others are denied whatever the policies say. */
export const CROSS_ACCOUNT: ReadonlySet<string> = new Set([
  'Encrypt',
  'Decrypt',
  'ReEncryptFrom',
  'ReEncryptTo',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateMac',
  'VerifyMac',
  'Sign',
  'Verify',
  'DeriveSharedSecret',
  'CreateGrant',
  'ListGrants',
  'RetireGrant',
  'RevokeGrant',
  'DescribeKey',
  'GetKeyRotationStatus',
  'GetPublicKey',
]);

/** Whether no policy lets the account do this to the key: it is another's. `action`: `kms:GetKeyPolicy`. */
export const isBeyondReach = (action: string, account: string, keyAccount: string): boolean =>
  account !== keyAccount && action.startsWith('kms:') && !CROSS_ACCOUNT.has(action.slice('kms:'.length));
