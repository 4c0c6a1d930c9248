/** Grant tokens: opaque proof of a grant, each different, good before the grant has spread (aws-facts A4.7). */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { WorkContext } from '../../../invoke/context.ts';
import { hex } from '../../../platform/identifiers.ts';

const SEAL = 'kms.grant-token';
const GRANT_ID_BYTES = 32;

export interface GrantTokenContent extends Scope {
  readonly keyId: string;
  readonly grantId: string;
}

/** The grant's id, for the audit record, then all of the content under seal. */
export function makeGrantToken({ ports, entropy }: WorkContext, grant: GrantTokenContent): string {
  const { account, region, keyId, grantId } = grant;
  const text = [account, region, keyId, grantId, hex(entropy, 16)].join(' ');
  const sealed = ports.sealer.seal(Buffer.from(text), SEAL);
  return Buffer.concat([Buffer.from(grantId, 'hex'), Buffer.from(sealed)]).toString('base64');
}

export function readGrantToken({ ports }: Pick<WorkContext, 'ports'>, token: string): GrantTokenContent {
  const sealed = Buffer.from(token, 'base64').subarray(GRANT_ID_BYTES);
  let text: string;
  try {
    text = ports.sealer.open(sealed.toString(), SEAL).toString();
  } catch {
    throw invalidGrantToken();
  }
  const [account, region, keyId, grantId] = text.split(' ') as [string, string, string, string];
  if (grantId !== grantIdOfToken(token)) throw invalidGrantToken();
  return { account, region, keyId, grantId };
}

export const grantIdOfToken = (token: string): string =>
  Buffer.from(token, 'base64').toString('hex', 0, GRANT_ID_BYTES);

const invalidGrantToken = () => new AwsError('InvalidGrantTokenException', 'The grant token is not valid.');
