/**
 * Messages about keys in custom key stores: what KMS could not do lies outside of it, and no policy is in the way.
 * https://docs.aws.amazon.com/kms/latest/developerguide/xks-troubleshooting.html
 */
import type { Wording } from './wording.ts';

const OUTSIDE = 'The key material is outside AWS, and no policy of AWS is in the way';
const IN_LOGS = "the requestID of the event in CloudTrail identifies the request in the proxy's log";

export const KEY_STORE_WORDINGS: readonly Wording[] = [
  {
    pattern: /could not find the external key|external key (?:is not enabled|does not support)/i,
    isOfRequest: true,
    says: () =>
      `${OUTSIDE}: the external key is gone, not enabled, or not for this use in the external key manager, and has to be put right there; a KMS key cannot be given another external key`,
  },
  {
    pattern:
      /external key store proxy.{0,80}could not authenticate|XksProxyIncorrectAuthenticationCredential/i,
    isOfRequest: true,
    says: () =>
      `${OUTSIDE}: the proxy does not accept KMS's credential. aws kms update-custom-key-store --xks-proxy-authentication-credential gives KMS the proxy's`,
  },
  {
    pattern: /external key store proxy.{0,120}(?:ciphertext|additional authenticated data)/i,
    isOfRequest: true,
    says: () =>
      `${OUTSIDE}: the ciphertext or the encryption context is not the one with which it was encrypted, or the proxy changed it`,
  },
  {
    pattern: /external key store proxy|XksProxy\w+Exception|\bXKS_(?:PROXY|VPC)_\w+/i,
    isOfRequest: true,
    says: () =>
      `${OUTSIDE}: the proxy of the external key store was not reached, or did not answer as it has to. aws kms describe-custom-key-stores shows whether it is connected (ConnectionState, ConnectionErrorCode); ${IN_LOGS}`,
  },
  {
    pattern:
      /CustomKeyStoreInvalidState|custom key store.{0,80}(?:not connected|disconnected|connection state)/i,
    isOfRequest: true,
    says: () =>
      'The custom key store is not connected: aws kms connect-custom-key-store connects it, once it has been disconnected where its ConnectionState is FAILED (aws kms describe-custom-key-stores)',
  },
];
