/**
 * Makes a key. A policy and tags given along are authorized as kms:PutKeyPolicy and kms:TagResource beside
 * kms:CreateKey (service authorization reference). RSA key pairs take their time, so material is generated before
 * the transaction.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
 */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import { hex, uuid } from '../../../platform/identifiers.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import { isReservedTag } from '../../../service-kit/reserved-tags.ts';
import type { CreateKeyRequest } from '../../../shapes/generated/kms.ts';
import { kms } from '../kms.ts';
import { ensureMultiRegionRole } from '../multi-region/service-role.ts';
import { bindKeyPolicy, defaultKeyPolicy } from '../policy/key-policy.ts';
import { requireFutureControl } from '../policy/lockout.ts';
import { withTags } from '../tag/tag.ts';
import { existingManagedKey, managedKeyKind, newManagedKey, servicePolicy } from './aws-managed-key.ts';
import { type KeyRecord, keyArn, keyMetadata, keys } from './key.ts';
import { callerConditions, kindConditions, requestTagConditions } from './key-conditions.ts';
import { requestedKind } from './key-request.ts';
import { generateMaterial, wipeMaterial } from './material.ts';
import { storeNewKey } from './new-key.ts';

export default kms.operation('CreateKey', {
  async checks(context, input) {
    const key = await newKey(context, input);
    const { caller, account } = context;
    const conditions = (): ConditionValues => ({
      ...callerConditions(caller),
      ...kindConditions(key),
      'kms:MultiRegion': key.multiRegion !== undefined,
      'kms:MultiRegionKeyType': key.multiRegion && 'PRIMARY',
      'kms:BypassPolicyLockoutSafetyCheck': input.BypassPolicyLockoutSafetyCheck,
      ...requestTagConditions(input.Tags ?? []),
    });
    const alongWith = (action: string): Check<undefined> => ({
      ...accountCheck(context, `kms:${action}`, conditions),
      resource: keyArn(key),
    });
    const create: Check<KeyRecord> = {
      ...accountCheck(context, 'kms:CreateKey', conditions),
      account,
      record: key,
      ...(caller.kind === 'service' && {
        resourceRule: 'standard',
        resourcePolicy: servicePolicy(caller),
      }),
    };
    return {
      create,
      putPolicy: input.Policy === undefined ? undefined : alongWith('PutKeyPolicy'),
      tag: input.Tags?.some(({ TagKey }) => !isReservedTag(TagKey)) ? alongWith('TagResource') : undefined,
    };
  },
  async preconditions(context, input, { create }) {
    if (input.Policy === undefined || input.BypassPolicyLockoutSafetyCheck) return;
    await requireFutureControl(context, create.record);
  },
  async calls(ctx, { MultiRegion }, { create }) {
    const { origin, keySpec } = create.record;
    if (MultiRegion) await ensureMultiRegionRole(ctx);
    return origin === 'EXTERNAL' ? undefined : generateMaterial(ctx.entropy, keySpec);
  },
  wipe: (fresh) => fresh && wipeMaterial(fresh),
  async execute(context, _input, { create }, fresh) {
    // A service that asks again for the key that it keeps is given the same one.
    const existing = await context.tx.get(keys, keys.key(create.record));
    return { KeyMetadata: keyMetadata(existing ?? storeNewKey(context, create.record, fresh)) };
  },
  audit: {
    defaults: recordedDefaults,
    resources: (_input, output) =>
      output?.KeyMetadata
        ? [
            {
              type: 'AWS::KMS::Key',
              arn: output.KeyMetadata.Arn as string,
              account: output.KeyMetadata.AWSAccountId as string,
            },
          ]
        : [],
  },
});

/** https://docs.aws.amazon.com/kms/latest/developerguide/ct-createkey.html */
function recordedDefaults({ KeySpec, CustomerMasterKeySpec }: CreateKeyRequest): Partial<CreateKeyRequest> {
  const spec = KeySpec ?? CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
  return {
    Description: '',
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeySpec: spec,
    CustomerMasterKeySpec: spec as CreateKeyRequest['CustomerMasterKeySpec'],
    Origin: 'AWS_KMS',
    BypassPolicyLockoutSafetyCheck: false,
  };
}

/** The key that the request asks for, without material. Throws where the request does not make sense. */
async function newKey(context: ResolveContext, input: CreateKeyRequest): Promise<KeyRecord> {
  const { account, region, nowMs, entropy, caller } = context;
  const managed = managedKeyKind(caller);
  if (managed) return (await existingManagedKey(context, managed)) ?? newManagedKey(context, managed);
  const kind = requestedKind(input);
  return {
    ...kind,
    account,
    region,
    keyId: input.MultiRegion ? `mrk-${hex(entropy, 32)}` : uuid(entropy),
    createdAtMs: nowMs,
    description: input.Description ?? '',
    manager: 'CUSTOMER',
    state: kind.origin === 'EXTERNAL' ? 'PendingImport' : 'Enabled',
    policy:
      input.Policy === undefined ? defaultKeyPolicy(account) : await bindKeyPolicy(context, input.Policy),
    tags: withTags({}, input.Tags ?? [], caller),
    aliases: [],
    ...(input.MultiRegion && { multiRegion: { primaryRegion: region, regions: [region] } }),
    rotation: {},
  };
}
