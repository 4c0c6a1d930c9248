/**
 * Makes a replica of a multi-Region primary key in another Region: same id and material, with a policy, tags and
 * state of its own. The caller needs kms:ReplicateKey on the primary and kms:CreateKey in the replica's Region.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html
 */
import { recordedMembers } from '../../../invoke/audit/recorded-members.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { RecordedElsewhere } from '../../../invoke/operation.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import type { ReplicateKeyRequest, ReplicateKeyResponse } from '../../../shapes/generated/kms.ts';
import { unsupported } from '../errors.ts';
import { type KeyRecord, keyArn, keyMetadata } from '../key/key.ts';
import { keyCheck, requireSuitableState } from '../key/key-check.ts';
import { callerConditions, kindConditions, requestTagConditions } from '../key/key-conditions.ts';
import { resolveKey } from '../key/key-identifier.ts';
import { materials, materialsOf, replicateMaterial, unimported } from '../key/material.ts';
import { kms } from '../kms.ts';
import { bindKeyPolicy, defaultKeyPolicy, shownKeyPolicy } from '../policy/key-policy.ts';
import { requireFutureControl } from '../policy/lockout.ts';
import { tagList, withTags } from '../tag/tag.ts';
import { isPrimary, putSet, relatedKeys, requireReplicaRegion, scheduleSettling } from './multi-region.ts';

export default kms.operation('ReplicateKey', {
  async checks(context, input) {
    const { KeyId, ReplicaRegion, Tags = [] } = input;
    const named = await resolveKey(context, KeyId);
    const primary = await keyCheck(context, 'ReplicateKey', named, {
      conditions: () => ({ 'kms:ReplicaRegion': ReplicaRegion }),
    });
    // Asked in the Region where the replica is to be.
    const inReplicaRegion = (action: string, resource?: string): Check<undefined> => {
      const conditions = (): ConditionValues => ({
        ...callerConditions(context.caller),
        ...(named.key && kindConditions(named.key)),
        'kms:MultiRegion': true,
        'kms:MultiRegionKeyType': 'REPLICA',
        'aws:RequestedRegion': ReplicaRegion,
        ...requestTagConditions(Tags),
      });
      const check = accountCheck(context, `kms:${action}`, conditions);
      return resource === undefined ? check : { ...check, resource };
    };
    const replicaArn = named.key && keyArn({ ...named.key, region: ReplicaRegion });
    return {
      primary,
      create: inReplicaRegion('CreateKey'),
      putPolicy: input.Policy === undefined ? undefined : inReplicaRegion('PutKeyPolicy', replicaArn),
      tag: Tags.length > 0 ? inReplicaRegion('TagResource', replicaArn) : undefined,
    };
  },
  async preconditions(context, input, { primary }) {
    const { ReplicaRegion } = input;
    requireSuitableState('ReplicateKey', primary);
    if (!isPrimary(primary.record)) {
      throw unsupported(`${primary.resource} is not a multi-region primary key.`);
    }
    requireReplicaRegion(primary.record, ReplicaRegion);
    if (input.Policy === undefined || input.BypassPolicyLockoutSafetyCheck) return;
    const replica = await replicaOf(context, input, primary.record);
    await requireFutureControl({ ...context, region: ReplicaRegion }, replica);
  },
  async execute(context, input, { primary }) {
    const { tx } = context;
    const { record: key } = primary;
    const replica = await replicaOf(context, input, key);
    for (const material of await materialsOf(tx, key)) {
      const copy =
        key.origin === 'EXTERNAL'
          ? unimported(material, replica.region)
          : replicateMaterial(context, primary, material, replica.region);
      tx.put(materials, copy);
    }
    const set = replica.multiRegion as NonNullable<KeyRecord['multiRegion']>;
    putSet(tx, [...(await relatedKeys(tx, key)), replica], set);
    scheduleSettling(context, replica);
    return {
      ReplicaKeyMetadata: keyMetadata(replica),
      ReplicaPolicy: await shownKeyPolicy(context, replica.policy),
      ReplicaTags: Object.keys(replica.tags).length > 0 ? tagList(replica.tags) : undefined,
    };
  },
  audit: {
    // https://docs.aws.amazon.com/kms/latest/developerguide/ct-replicate-key.html
    defaults: () => ({ BypassPolicyLockoutSafetyCheck: false, Description: '' }),
    elsewhere: recordedCreation,
  },
});

/** The replica's own CreateKey, in its Region. */
function recordedCreation(
  { ReplicaKeyMetadata: made }: ReplicateKeyResponse,
  {
    ReplicaRegion: region,
    Policy,
    Description = '',
    Tags,
    BypassPolicyLockoutSafetyCheck = false,
  }: ReplicateKeyRequest,
): RecordedElsewhere[] {
  const shape = kms.shapes.operation('CreateKey');
  if (!made || !shape) return [];
  const { KeyUsage, KeySpec, CustomerMasterKeySpec, Origin, Arn: arn = '' } = made;
  const settings = { KeyUsage, KeySpec, CustomerMasterKeySpec, Origin, MultiRegion: true, Policy, Tags };
  const asked = { Description, BypassPolicyLockoutSafetyCheck, ...settings };
  return [
    {
      region,
      eventName: 'CreateKey',
      requestParameters: recordedMembers(shape.input, asked) ?? {},
      responseElements: recordedMembers(shape.output, { KeyMetadata: made }) ?? {},
      resource: { type: 'AWS::KMS::Key', arn, isListed: true },
    },
  ];
}

async function replicaOf(
  context: Pick<ResolveContext, 'tx' | 'ports' | 'nowMs' | 'caller'>,
  { ReplicaRegion, Policy, Description, Tags = [] }: ReplicateKeyRequest,
  primary: KeyRecord,
): Promise<KeyRecord> {
  const { account, keyId, keySpec, keyUsage, origin, manager, multiRegion } = primary;
  return {
    account,
    region: ReplicaRegion,
    keyId,
    createdAtMs: context.nowMs,
    description: Description ?? '',
    keySpec,
    keyUsage,
    origin,
    manager,
    state: 'Creating',
    policy: Policy === undefined ? defaultKeyPolicy(account) : await bindKeyPolicy(context, Policy),
    tags: withTags({}, Tags, context.caller),
    aliases: [],
    currentMaterialId: primary.currentMaterialId,
    nextMaterialId: primary.nextMaterialId,
    multiRegion: {
      primaryRegion: primary.region,
      regions: [...(multiRegion?.regions ?? []), ReplicaRegion],
    },
    rotation: {},
  };
}
