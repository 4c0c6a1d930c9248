/**
 * Ends a grant on the part of those whom it served. Works in every key state.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html
 */
import { parseArn } from '../../../aws/arn.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { RetireGrantRequest } from '../../../shapes/generated/kms.ts';
import { notFound, validation } from '../errors.ts';
import { keyArn } from '../key/key.ts';
import { keyArnResponse } from '../key/key-check.ts';
import { kms } from '../kms.ts';
import { endGrant, grantOf, retireCheck } from './grant-end.ts';
import { grantIdOfToken, readGrantToken } from './grant-token.ts';

export default kms.operation('RetireGrant', {
  async checks(context, input) {
    const { keyId, grantId } = grantNamed(context, input);
    return { key: await retireCheck(context, keyId, grantId) };
  },
  async execute(context, input, { key }) {
    const { grantId } = grantNamed(context, input);
    await endGrant(context, key, await grantOf(context, key.record, grantId));
    return {};
  },
  audit: {
    requestParameters: () => null,
    responseElements: keyArnResponse,
    additionalEventData: (_output, { GrantId, GrantToken }) => ({
      grantId: GrantId ?? grantIdOfToken(GrantToken as string),
    }),
  },
});

function grantNamed(
  context: Pick<ResolveContext, 'ports' | 'region'>,
  { GrantToken, KeyId, GrantId }: RetireGrantRequest,
): { keyId: string; grantId: string } {
  if (GrantToken === undefined) {
    if (KeyId === undefined || GrantId === undefined) {
      throw validation('Must specify either GrantToken or both KeyId and GrantId.');
    }
    // Here alone a bare key id is not enough.
    if (!parseArn(KeyId)) throw notFound('Invalid arn');
    return { keyId: KeyId, grantId: GrantId };
  }
  if (KeyId !== undefined || GrantId !== undefined) {
    throw validation('Must specify either GrantToken or both KeyId and GrantId.');
  }
  const content = readGrantToken(context, GrantToken);
  if (content.region !== context.region) throw notFound(`Grant ID ${content.grantId} not found`);
  return { keyId: keyArn(content), grantId: content.grantId };
}
