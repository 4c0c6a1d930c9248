/**
 * Makes a parameter, or a further version of one. A SecureString is encrypted by KMS in the caller's name.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { withLowerFirst } from '../../../aws/member-name.ts';
import { callerArn } from '../../../invoke/caller.ts';
import type { EffectContext } from '../../../invoke/context.ts';
import { optional } from '../../../invoke/verdict.ts';
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { MANAGED_KEY_ALIAS } from '../encryption/managed-key.ts';
import { encryptValue } from '../encryption/secure-value.ts';
import { schedulePolicies } from '../policy/enforce-policies.ts';
import { ssm } from '../ssm.ts';
import { withTags } from '../tag/tag.ts';
import { readVersion, type VersionRecord, versions } from '../version/version.ts';
import { parameterArn, parameterCheck, parameters } from './parameter.ts';
import { emitParameterChange } from './parameter-event.ts';
import { requireNewName } from './parameter-name.ts';
import { requireRoom } from './parameter-quota.ts';
import type { ParameterRecord } from './parameter-record.ts';
import { planPut } from './put-request.ts';

/** The oldest version makes room for one more, unless a label points at it. */
const MAX_VERSIONS = 100;

export default ssm.operation('PutParameter', {
  async checks(context, { Name, Overwrite = false, Policies, Tags = [] }) {
    const conditions = () => ({
      'ssm:Overwrite': String(Overwrite),
      'ssm:Policies': String(Policies !== undefined),
      ...requestTagConditions(tagRecord(Tags)),
    });
    const tagging = Tags.length > 0 && (await parameterCheck(context, 'AddTagsToResource', Name, conditions));
    return {
      parameter: optional(await parameterCheck(context, 'PutParameter', Name, conditions)),
      tagging: tagging ? optional(tagging) : undefined,
    };
  },
  async preconditions(context, input, { parameter: { record } }) {
    requireNewName(context, input.Name);
    const { tier } = planPut(input, record, await latestOf(context.tx, record));
    if (record?.tier !== tier) await requireRoom(context.tx, context, tier);
  },
  async calls(ctx, input, { parameter: { record } }) {
    const latest = await ctx.read((tx) => latestOf(tx, record));
    const { type, tier } = planPut(input, record, latest);
    if (type !== 'SecureString') return undefined;
    const arn = parameterArn(ctx, input.Name);
    const keyId = input.KeyId ?? latest?.keyId;
    return encryptValue(ctx, { arn, value: input.Value, keyId, tier });
  },
  async execute(context, input, { parameter: { record } }, secure) {
    const { tx, account, region, nowMs, caller } = context;
    const latest = await latestOf(tx, record);
    const { policies, ...plan } = planPut(input, record, latest);
    const version = (record?.latestVersion ?? 0) + 1;
    if (record) await makeRoom(context, record, version);
    const description = (input.Description ?? latest?.description) || undefined;
    const made: VersionRecord = {
      account,
      region,
      name: input.Name,
      version,
      ...(secure
        ? { secure, keyId: input.KeyId ?? latest?.keyId ?? MANAGED_KEY_ALIAS }
        : { value: input.Value }),
      tier: plan.tier,
      description,
      allowedPattern: input.AllowedPattern || undefined,
      labels: [],
      policies,
      atMs: nowMs,
      by: callerArn(caller),
    };
    tx.put(versions, made);
    schedulePolicies(context, made, input.Policies !== undefined);
    const tags = record?.tags ?? withTags({}, input.Tags ?? [], caller);
    const parameter = { account, region, name: input.Name, ...plan, latestVersion: version, tags };
    tx.put(parameters, parameter);
    emitParameterChange(context, record ? 'Update' : 'Create', parameter, { description });
    return { Version: version, Tier: plan.tier };
  },
  audit: {
    requestParameters: ({ Value: _hidden, ...shown }) => ({
      ...withLowerFirst(shown),
      value: 'HIDDEN_DUE_TO_SECURITY_REASONS',
    }),
  },
});

/** Its description, key and policies are a new version's, where that names none (aws-facts K15). */
const latestOf = async (tx: ReadTransaction, parameter: ParameterRecord | undefined) =>
  parameter && readVersion(tx, parameter, parameter.latestVersion);

async function makeRoom({ tx }: EffectContext, parameter: ParameterRecord, version: number): Promise<void> {
  const oldest = await readVersion(tx, parameter, version - MAX_VERSIONS);
  if (!oldest) return;
  if (oldest.labels.length > 0) {
    throw new AwsError(
      'ParameterMaxVersionLimitExceeded',
      `You attempted to create a new version of ${parameter.name} by calling the PutParameter API with the overwrite ` +
        `flag. Version ${oldest.version}, the oldest version, can't be deleted because it has a label associated with it. ` +
        'Move the label to another version of the parameter, and try again.',
    );
  }
  const { account, region, name } = oldest;
  tx.delete(versions, [account, region, name, oldest.version]);
}
