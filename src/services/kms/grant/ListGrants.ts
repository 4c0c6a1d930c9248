/**
 * Lists the grants of a key, all of them, of one grantee, or one by its id.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html
 */
import { parseArn } from '../../../aws/arn.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { invalidArn, validation } from '../errors.ts';
import type { KeyRecord } from '../key/key.ts';
import { keyChecks } from '../key/key-check.ts';
import { isForAwsResource } from '../key/key-conditions.ts';
import { type Directory, isPrincipalName, isServicePrincipal, storedPrincipal } from '../key/principal.ts';
import { kms } from '../kms.ts';
import { readPage } from '../page.ts';
import { type GrantRecord, grants } from './grant.ts';
import { grantEntry } from './grant-entry.ts';
import { requireService } from './grant-request.ts';

const DEFAULT_LIMIT = 50;

export default kms.operation('ListGrants', {
  readOnly: true,
  checks: (context, { KeyId }) =>
    keyChecks(context, 'ListGrants', KeyId, {
      conditions: () => ({ 'kms:GrantIsForAWSResource': isForAwsResource(context.caller) }),
    }),
  async execute(context, input, { key }) {
    const { tx } = context;
    const { account, region, keyId } = key.record;
    const { GrantId, GranteePrincipal, GranteeServicePrincipal } = input;
    if (GranteePrincipal !== undefined && GranteeServicePrincipal !== undefined) {
      throw validation('You can specify either GranteePrincipal or GranteeServicePrincipal, but not both.');
    }
    const grantee = GranteeServicePrincipal
      ? requireService(GranteeServicePrincipal, 'GranteeServicePrincipal')
      : GranteePrincipal && (await granteeFilter(context, GranteePrincipal));
    if (GrantId !== undefined) {
      const grant = await byId(tx, key.record, GrantId);
      const isMeant = grant && (grantee === undefined || grant.grantee === grantee);
      return { Grants: isMeant ? [await grantEntry(context, grant)] : [], Truncated: false };
    }
    const prefix = [account, region, keyId];
    const { items, ...rest } = await readPage(
      input,
      DEFAULT_LIMIT,
      ({ after, limit }) => {
        if (grantee === undefined) return tx.list(grants, { prefix, after, limit });
        const indexKey = [...prefix, grantee];
        return tx.find(grants, 'grantee', {
          prefix: indexKey,
          after: after && { indexKey, key: after },
          limit,
        });
      },
      grants.key,
    );
    return { Grants: await Promise.all(items.map((grant) => grantEntry(context, grant))), ...rest };
  },
});

function byId(tx: ReadTransaction, key: KeyRecord, grantId: string): Promise<GrantRecord | undefined> {
  return tx.get(grants, [key.account, key.region, key.keyId, grantId]);
}

async function granteeFilter(directory: Directory, text: string): Promise<string> {
  // Grants of services are found by the service's name too.
  if (isServicePrincipal(text)) return text;
  if (!isPrincipalName(text)) throw invalidArn(`ARN is not valid: ${text}`);
  const stored = await storedPrincipal(directory, text);
  if (stored !== undefined) return stored;
  throw invalidArn(
    parseArn(text)
      ? `ARN does not refer to a valid principal: ${text}`
      : 'Input does not refer to a valid principal',
  );
}
