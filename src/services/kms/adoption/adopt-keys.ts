/** Keys of real accounts with their policies, grants, aliases and tags. There is no material: in a fork they get one of their own. */
import { parseArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import {
  type Adoption,
  entriesOf,
  isListed,
  missingAnswer,
  noteOrigin,
  timeOf,
} from '../../../invoke/imported/described.ts';
import { putListedKeys } from '../../../invoke/imported/imported-world.ts';
import type { Missing } from '../../../policy/policy.ts';
import type {
  CreateGrantRequest,
  GetKeyRotationStatusResponse,
  KeyMetadata,
} from '../../../shapes/generated/kms.ts';
import { aliases } from '../alias/alias.ts';
import { deleteKeyStep } from '../deletion/key-deletion.ts';
import { type GrantOperation, type GrantRecord, grantCounts, grants } from '../grant/grant.ts';
import { requestedConstraints } from '../grant/grant-request.ts';
import { expireMaterialStep } from '../import/imported-material.ts';
import { type KeyRecord, keyArn, keys } from '../key/key.ts';
import { storedPrincipal } from '../key/principal.ts';
import { adoptedKeyPolicy } from '../policy/key-policy.ts';
import { nextRotationAtMs, rotateKeyStep, YEAR_IN_DAYS } from '../rotation/rotation.ts';
import { withMaterial } from './forked-material.ts';

type Described = Omit<KeyMetadata, 'CreationDate' | 'DeletionDate' | 'ValidTo'> & {
  readonly CreationDate?: unknown;
  readonly DeletionDate?: unknown;
  readonly ValidTo?: unknown;
};

interface DescribedGrant {
  readonly GrantId: string;
  readonly Name?: string;
  readonly GranteePrincipal?: string;
  readonly GranteeServicePrincipal?: string;
  readonly RetiringPrincipal?: string;
  readonly RetiringServicePrincipal?: string;
  readonly IssuingAccount?: string;
  readonly Operations?: readonly string[];
  readonly Constraints?: CreateGrantRequest['Constraints'];
  readonly CreationDate?: unknown;
}

export async function adoptKeys(adoption: Adoption): Promise<void> {
  const { described } = adoption;
  for (const account of described.accounts()) {
    for (const region of described.regions()) await adoptRegion(adoption, { account, region });
  }
  for (const arn of namedKeys(adoption)) await adoptUnread(adoption, arn);
}

/** Keys that volumes and snapshots are encrypted under, and that recorded calls were about. */
function namedKeys(adoption: Adoption): Set<string> {
  const arns = new Set(adoption.recorded);
  for (const account of adoption.described.accounts()) {
    for (const region of adoption.described.regions()) {
      for (const [operation, member] of ENCRYPTED) {
        const all = entriesOf<{ KmsKeyId?: string }>(adoption, operation, { account, region }, member);
        for (const { KmsKeyId } of all) if (KmsKeyId) arns.add(KmsKeyId);
      }
    }
  }
  return arns;
}

/** Of a wait whose length AWS does not show: the longest. */
const MAX_WINDOW_DAYS = 30;

const ENCRYPTED = [
  ['ec2:DescribeVolumes', 'Volumes'],
  ['ec2:DescribeSnapshots', 'Snapshots'],
] as const;

/** Where nobody has listed the keys, one that is named is there for all that is known, and no more is known of it. */
async function adoptUnread(adoption: Adoption, arn: string): Promise<void> {
  const { account, region, resource } = parseArn(arn) ?? {};
  if (!account || !region || !resource?.startsWith('key/')) return;
  const scope = { account, region };
  const keyId = resource.slice('key/'.length);
  if (areKeysListed(adoption, scope) || (await adoption.tx.get(keys, [account, region, keyId]))) return;
  const named = await adoption.tx.list(aliases, { prefix: [account, region] });
  const names = named.filter(({ targetKeyId }) => targetKeyId === keyId).map(({ name }) => name);
  const key = await keyOf(adoption, scope, keyId, names);
  adoption.tx.put(keys, await withMaterial(adoption, key));
}

const areKeysListed = (adoption: Adoption, scope: Scope) => isListed(adoption, 'kms:ListKeys', scope);

async function adoptRegion(adoption: Adoption, scope: Scope): Promise<void> {
  const aliasNames = adoptAliases(adoption, scope);
  if (areKeysListed(adoption, scope)) putListedKeys(adoption.tx, scope);
  for (const keyId of keyIdsIn(adoption, scope)) {
    const key = await keyOf(adoption, scope, keyId, aliasNames.get(keyId) ?? []);
    const stored = await withMaterial(adoption, key);
    adoption.tx.put(keys, stored);
    scheduleEvents(adoption, stored);
    await adoptGrants(adoption, stored);
  }
}

/** Those that were listed, and those of which anything is known at all. */
function keyIdsIn(adoption: Adoption, scope: Scope): Set<string> {
  const ids = new Set(
    entriesOf<{ KeyId: string }>(adoption, 'kms:ListKeys', scope, 'Keys').map(({ KeyId }) => KeyId),
  );
  for (const operation of ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:ListGrants']) {
    for (const { input, output } of adoption.described.of(operation, scope) ?? [])
      if (output) ids.add(String(input.KeyId));
  }
  return ids;
}

function adoptAliases(adoption: Adoption, scope: Scope): Map<string, string[]> {
  const names = new Map<string, string[]>();
  const described = entriesOf<{
    AliasName: string;
    TargetKeyId?: string;
    CreationDate?: unknown;
    LastUpdatedDate?: unknown;
  }>(adoption, 'kms:ListAliases', scope, 'Aliases');
  for (const { AliasName: name, TargetKeyId: targetKeyId, CreationDate, LastUpdatedDate } of described) {
    if (!targetKeyId) continue;
    // It may have been listed, and seen to be made.
    names.set(targetKeyId, [...new Set([...(names.get(targetKeyId) ?? []), name])].sort());
    const createdAtMs = timeOf(CreationDate);
    adoption.tx.put(aliases, {
      ...scope,
      name,
      targetKeyId,
      createdAtMs,
      updatedAtMs: timeOf(LastUpdatedDate, createdAtMs),
    });
  }
  return names;
}

async function keyOf(
  adoption: Adoption,
  scope: Scope,
  keyId: string,
  aliasNames: string[],
): Promise<KeyRecord> {
  const input = { KeyId: keyId };
  const arn = keyArn({ ...scope, keyId });
  const missing = (operation: string, kind: Missing['kind'], name: string) =>
    missingAnswer(adoption, operation, scope, { kind, name: `${name} of ${arn}` }, input);
  const areAliasesListed = isListed(adoption, 'kms:ListAliases', scope);
  const metadata = adoption.described.get('kms:DescribeKey', scope, input)?.output?.KeyMetadata as
    | Described
    | undefined;
  const tags = adoption.described.get('kms:ListResourceTags', scope, input)?.output?.Tags as
    | { TagKey: string; TagValue: string }[]
    | undefined;
  const rotation = adoption.described.get('kms:GetKeyRotationStatus', scope, input)?.output as
    | GetKeyRotationStatusResponse
    | undefined;
  const unknown = {
    grants: missing('kms:ListGrants', 'grants', 'grants'),
    tags: missing('kms:ListResourceTags', 'condition key', 'tags'),
    aliases: areAliasesListed ? undefined : missing('kms:ListAliases', 'condition key', 'aliases'),
    description: missing('kms:DescribeKey', 'condition key', 'description'),
  };
  const known = Object.fromEntries(Object.entries(unknown).filter(([, why]) => why));
  return {
    ...scope,
    keyId,
    createdAtMs: timeOf(metadata?.CreationDate),
    description: metadata?.Description ?? '',
    keySpec: (metadata?.KeySpec as KeyRecord['keySpec'] | undefined) ?? 'SYMMETRIC_DEFAULT',
    keyUsage: (metadata?.KeyUsage as KeyRecord['keyUsage'] | undefined) ?? 'ENCRYPT_DECRYPT',
    // A key of a custom key store is one whose material is elsewhere, too.
    origin: metadata?.Origin === 'EXTERNAL' ? 'EXTERNAL' : 'AWS_KMS',
    manager: metadata?.KeyManager === 'AWS' ? 'AWS' : 'CUSTOMER',
    state: settledState(metadata?.KeyState),
    policy: await policyOf(adoption, scope, keyId, arn),
    tags: Object.fromEntries((tags ?? []).map(({ TagKey, TagValue }) => [TagKey, TagValue])),
    aliases: aliasNames,
    ...deletionOf(metadata),
    ...(metadata?.ValidTo !== undefined && { importedUntilMs: timeOf(metadata.ValidTo) }),
    ...(metadata?.MultiRegion && { multiRegion: relatives(metadata, scope) }),
    rotation: rotationOf(rotation),
    ...(Object.keys(known).length > 0 && { missing: known }),
  };
}

/** What was on its way when the account was read has arrived by now. */
const settledState = (state: Described['KeyState']): KeyRecord['state'] =>
  state === undefined || state === 'Creating' || state === 'Updating'
    ? 'Enabled'
    : (state as KeyRecord['state']);

/** A primary that waits for its replicas to go has no date yet. */
function deletionOf(metadata: Described | undefined): Pick<KeyRecord, 'deletion'> {
  const { DeletionDate: date, PendingDeletionWindowInDays: windowInDays = MAX_WINDOW_DAYS } = metadata ?? {};
  if (date === undefined && metadata?.KeyState !== 'PendingReplicaDeletion') return {};
  return { deletion: { windowInDays, ...(date !== undefined && { atMs: timeOf(date) }) } };
}

function rotationOf(status: GetKeyRotationStatusResponse | undefined): KeyRecord['rotation'] {
  if (!status?.KeyRotationEnabled) return {};
  const { RotationPeriodInDays: periodInDays = YEAR_IN_DAYS, NextRotationDate: next } = status;
  return { periodInDays, ...(next !== undefined && { nextAtMs: timeOf(next) }) };
}

/** What was to come of a key comes in a fork, too. */
function scheduleEvents({ schedule }: Adoption, key: KeyRecord): void {
  const { account, region, keyId, currentMaterialId: materialId, state } = key;
  const named = { account, region, keyId };
  const { atMs } = key.deletion ?? {};
  if (state === 'PendingDeletion' && atMs !== undefined)
    schedule(deleteKeyStep, { ...named, atMs }, key, atMs);
  const nextAtMs = nextRotationAtMs(key);
  if (nextAtMs !== undefined)
    schedule(rotateKeyStep, { ...named, type: 'AUTOMATIC', plannedAtMs: nextAtMs }, key, nextAtMs);
  const { importedUntilMs } = key;
  if (materialId !== undefined && importedUntilMs !== undefined)
    schedule(expireMaterialStep, { ...named, materialId, atMs: importedUntilMs }, key, importedUntilMs);
}

function relatives(
  { MultiRegionConfiguration: set }: Described,
  { region }: Scope,
): NonNullable<KeyRecord['multiRegion']> {
  const primaryRegion = set?.PrimaryKey?.Region ?? region;
  const replicas = (set?.ReplicaKeys ?? []).map((replica) => replica.Region ?? '').filter(Boolean);
  return { primaryRegion, regions: [primaryRegion, ...replicas] };
}

async function policyOf(
  adoption: Adoption,
  scope: Scope,
  keyId: string,
  arn: string,
): Promise<KeyRecord['policy']> {
  const operation = 'kms:GetKeyPolicy';
  const input = { KeyId: keyId, PolicyName: 'default' };
  const name = `key policy of ${arn}`;
  const answer = adoption.described.get(operation, scope, input);
  const source = answer?.output?.Policy;
  if (typeof source !== 'string') {
    const what = { kind: 'policy', name } as const;
    const missing = missingAnswer(adoption, operation, scope, what, input) ?? {
      ...what,
      why: 'the answer has no policy',
    };
    return { source: '', principalIds: {}, missing };
  }
  noteOrigin(adoption, arn, operation, answer as NonNullable<typeof answer>);
  return adoptedKeyPolicy(adoption, name, source);
}

async function adoptGrants(adoption: Adoption, key: KeyRecord): Promise<void> {
  const { account, region, keyId } = key;
  const answer = adoption.described.get('kms:ListGrants', { account, region }, { KeyId: keyId });
  const described = (answer?.output?.Grants ?? []) as DescribedGrant[];
  if (answer?.output) noteOrigin(adoption, keyArn(key), 'kms:ListGrants', answer);
  for (const grant of described) {
    const grantee = grant.GranteePrincipal ?? grant.GranteeServicePrincipal ?? '';
    const retiring = grant.RetiringPrincipal ?? grant.RetiringServicePrincipal;
    const createdAtMs = timeOf(grant.CreationDate);
    const record: GrantRecord = {
      account,
      region,
      keyId,
      grantId: grant.GrantId,
      ...(grant.Name && { name: grant.Name }),
      grantee: (await storedPrincipal(adoption, grantee)) ?? grantee,
      ...(retiring && { retiring: (await storedPrincipal(adoption, retiring)) ?? retiring }),
      ...(grant.GranteeServicePrincipal && { granteeIsService: true }),
      ...(grant.RetiringServicePrincipal && { retiringIsService: true }),
      issuingAccount:
        /^arn:[^:]*:iam::(\d{12}):/.exec(grant.IssuingAccount ?? '')?.[1] ?? grant.IssuingAccount ?? account,
      operations: (grant.Operations ?? []) as readonly GrantOperation[],
      ...requestedConstraints(grant),
      createdAtMs,
      effectiveAtMs: createdAtMs,
    };
    adoption.tx.put(grants, record);
  }
  adoption.tx.put(grantCounts, { account, region, keyId, count: described.length });
}
