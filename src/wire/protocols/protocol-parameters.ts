/** Parameters that belong to the query protocols and to the signature, not to an operation. */
const PROTOCOL_PARAMETERS = new Set([
  'Action',
  'Version',
  'AWSAccessKeyId',
  'Expires',
  'SecurityToken',
  'Signature',
  'SignatureMethod',
  'SignatureVersion',
  'Timestamp',
]);

export function isProtocolParameter(name: string): boolean {
  return PROTOCOL_PARAMETERS.has(name) || /^x-amz-/i.test(name);
}
