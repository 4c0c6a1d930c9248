/**
 * Lets a principal use a key. Who may call this by policy may grant any operation; who may by a grant, only what
 * that grant covers: the decision point compares `childGrant` with the parent (aws-facts A4.5).
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
 */
import { accountOf } from '../../../invoke/caller.ts';
import type { ExecuteContext, ResolveContext } from '../../../invoke/context.ts';
import { hex } from '../../../platform/identifiers.ts';
import type { CreateGrantRequest } from '../../../shapes/generated/kms.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { limitExceeded } from '../errors.ts';
import type { KeyRecord } from '../key/key.ts';
import { keyChecks, requireSuitableState } from '../key/key-check.ts';
import { isForAwsResource } from '../key/key-conditions.ts';
import { kms } from '../kms.ts';
import { constraintConditions, type GrantRecord, grantCounts, grants, grantTerms } from './grant.ts';
import {
  grantPrincipal,
  requestedConstraints,
  requireGrantable,
  requirePrincipals,
  requireService,
} from './grant-request.ts';
import { makeGrantToken } from './grant-token.ts';

const MAX_GRANTS_PER_KEY = 50_000;

export default kms.operation('CreateGrant', {
  checks(context, input) {
    const { KeyId, Operations, GranteePrincipal, RetiringPrincipal, GrantTokens } = input;
    const constraints = requestedConstraints(input);
    return keyChecks(context, 'CreateGrant', KeyId, {
      grantTokens: GrantTokens,
      childGrant: grantTerms({ operations: Operations, ...constraints }),
      conditions: () => ({
        ...constraintConditions(constraints),
        'kms:GrantIsForAWSResource': isForAwsResource(context.caller),
        'kms:GrantOperations': Operations,
        'kms:GranteePrincipal': GranteePrincipal,
        'kms:RetiringPrincipal': RetiringPrincipal,
        'kms:GranteeServicePrincipal': input.GranteeServicePrincipal,
        'kms:RetiringServicePrincipal': input.RetiringServicePrincipal,
      }),
    });
  },
  async preconditions(context, input, { key }) {
    requirePrincipals(input);
    requireSuitableState('CreateGrant', key);
    requireGrantable(key.record, input);
    await requestedGrant(context, input, key.record);
    const count = await grantCount(context.tx, key.record);
    if (key.record.manager === 'CUSTOMER' && count >= MAX_GRANTS_PER_KEY) {
      throw limitExceeded(`The key ${key.resource} has the maximum number of grants.`);
    }
  },
  async execute(context, input, { key }) {
    const requested = await requestedGrant(context, input, key.record);
    const existing = await sameGrant(context.tx, requested);
    const grant = existing ?? newGrant(context, requested);
    if (!existing) {
      const { account, region, keyId } = grant;
      context.tx.put(grants, grant);
      context.tx.put(grantCounts, {
        account,
        region,
        keyId,
        count: (await grantCount(context.tx, key.record)) + 1,
      });
    }
    return { GrantId: grant.grantId, GrantToken: makeGrantToken(context, grant) };
  },
  audit: {
    omit: ['GrantTokens'],
    responseElements: ({ GrantId }, _input, [arn]) => ({ grantId: GrantId, keyId: arn }),
  },
});

type Requested = Omit<GrantRecord, 'grantId' | 'createdAtMs' | 'effectiveAtMs'>;

async function requestedGrant(
  context: ResolveContext | ExecuteContext,
  input: CreateGrantRequest,
  { account, region, keyId }: KeyRecord,
): Promise<Requested> {
  const { caller } = context;
  const { GranteePrincipal, GranteeServicePrincipal, Name, Operations } = input;
  const { RetiringPrincipal, RetiringServicePrincipal } = input;
  return {
    account,
    region,
    keyId,
    name: Name,
    grantee: GranteeServicePrincipal
      ? requireService(GranteeServicePrincipal, 'GranteeServicePrincipal')
      : await grantPrincipal(context, caller, GranteePrincipal as string, 'GranteePrincipal'),
    retiring: RetiringServicePrincipal
      ? requireService(RetiringServicePrincipal, 'RetiringServicePrincipal')
      : RetiringPrincipal && (await grantPrincipal(context, caller, RetiringPrincipal, 'RetiringPrincipal')),
    ...(GranteeServicePrincipal && { granteeIsService: true }),
    ...(RetiringServicePrincipal && { retiringIsService: true }),
    issuingAccount: accountOf(caller),
    operations: [...new Set(Operations)],
    ...requestedConstraints(input),
  };
}

function newGrant({ entropy, nowMs, ports }: ExecuteContext, requested: Requested): GrantRecord {
  return {
    ...requested,
    grantId: hex(entropy, 64),
    createdAtMs: nowMs,
    effectiveAtMs: nowMs + ports.delays.grantPropagationMs,
  };
}

/** The grant of that name with the same content, which a request repeated gets again (aws-facts A4.6). */
async function sameGrant(tx: ReadTransaction, requested: Requested): Promise<GrantRecord | undefined> {
  const { account, region, keyId, name } = requested;
  if (name === undefined) return undefined;
  const namesakes = await tx.find(grants, 'name', { prefix: [account, region, keyId, name] });
  return namesakes.find((grant) => contentOf(grant) === contentOf(requested));
}

function contentOf(grant: Requested): string {
  const context = Object.entries(grant.encryptionContextEquals ?? grant.encryptionContextSubset ?? {});
  return JSON.stringify([
    grant.grantee,
    grant.retiring,
    grant.granteeIsService,
    grant.retiringIsService,
    grant.sourceArn,
    grant.issuingAccount,
    [...grant.operations].sort(),
    grant.encryptionContextEquals !== undefined,
    context.sort(([one], [other]) => (one < other ? -1 : 1)),
  ]);
}

async function grantCount(tx: ReadTransaction, { account, region, keyId }: KeyRecord): Promise<number> {
  return (await tx.get(grantCounts, [account, region, keyId]))?.count ?? 0;
}
