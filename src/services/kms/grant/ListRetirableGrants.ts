/**
 * Lists the grants that a principal of the caller's account may retire, on keys of any account. IAM alone decides,
 * no key is asked (aws-facts A2.3).
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListRetirableGrants.html
 */
import { parseArn } from '../../../aws/arn.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import { invalidArn, notFound, validation } from '../errors.ts';
import { type Directory, isPrincipalName, storedPrincipal } from '../key/principal.ts';
import { kms } from '../kms.ts';
import { readPage } from '../page.ts';
import { grants } from './grant.ts';
import { grantEntry } from './grant-entry.ts';
import { requireService } from './grant-request.ts';

const DEFAULT_LIMIT = 50;

export default kms.operation('ListRetirableGrants', {
  readOnly: true,
  checks: (context) => ({ list: accountCheck(context, 'kms:ListRetirableGrants') }),
  preconditions(_context, { RetiringPrincipal, RetiringServicePrincipal }) {
    if ((RetiringPrincipal === undefined) === (RetiringServicePrincipal === undefined)) {
      throw validation(
        'You must specify either RetiringPrincipal or RetiringServicePrincipal, but not both.',
      );
    }
  },
  async execute(context, input) {
    const { tx, region, account } = context;
    const { RetiringPrincipal, RetiringServicePrincipal: service } = input;
    const retiring = service
      ? requireService(service, 'RetiringServicePrincipal')
      : await retiringPrincipal(context, RetiringPrincipal as string, account);
    const indexKey = [retiring, region];
    const { items, ...rest } = await readPage(
      input,
      DEFAULT_LIMIT,
      ({ after, limit }) =>
        tx.find(grants, 'retiring', { prefix: indexKey, after: after && { indexKey, key: after }, limit }),
      grants.key,
    );
    return { Grants: await Promise.all(items.map((grant) => grantEntry(context, grant))), ...rest };
  },
});

async function retiringPrincipal(directory: Directory, text: string, account: string): Promise<string> {
  if (!isPrincipalName(text)) throw invalidArn(`ARN is not valid: ${text}`);
  const arn = parseArn(text);
  if (arn && arn.account !== account) throw invalidArn(`ARN does not refer to a valid principal: ${text}`);
  const stored = await storedPrincipal(directory, text);
  if (stored !== undefined) return stored;
  throw arn
    ? invalidArn(`ARN does not refer to a valid principal: ${text}`)
    : notFound(`Retiring principal ${text} could not be found`);
}
