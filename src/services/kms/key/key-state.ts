/**
 * Which operation a key allows in which state, as data
 * (https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html; aws-facts A5).
 */
import type { AwsError } from '../../../aws/aws-error.ts';
import { disabled, invalidState, unsupported } from '../errors.ts';

export const KEY_STATES = [
  'Enabled',
  'Disabled',
  'PendingDeletion',
  'PendingReplicaDeletion',
  'PendingImport',
  'Unavailable',
  'Creating',
  'Updating',
] as const;
export type KeyState = (typeof KEY_STATES)[number];

/** Why a state refuses an operation. */
export const REFUSALS = {
  disabled: (arn: string) => disabled(`${arn} is disabled.`),
  pendingDeletion: (arn: string) => invalidState(`${arn} is pending deletion.`),
  pendingReplicaDeletion: (arn: string) => invalidState(`${arn} is pending replica deletion.`),
  notPendingDeletion: (arn: string) => invalidState(`${arn} is not pending deletion.`),
  pendingImport: (arn: string) => invalidState(`${arn} is pending import.`),
  external: (arn: string) => unsupported(`${arn} origin is EXTERNAL which is not valid for this operation.`),
  unavailable: (arn: string) => invalidState(`${arn} is unavailable.`),
  creating: (arn: string) => invalidState(`${arn} is creating.`),
  updating: (arn: string) => invalidState(`${arn} is updating.`),
} as const;
type Refusal = keyof typeof REFUSALS;
type Row = Readonly<Partial<Record<KeyState, Refusal>>>;

const pendingDeletion: Row = {
  PendingDeletion: 'pendingDeletion',
  PendingReplicaDeletion: 'pendingReplicaDeletion',
};
const always: Row = {};
const notWhilePendingDeletion: Row = pendingDeletion;
const use: Row = {
  ...pendingDeletion,
  Disabled: 'disabled',
  PendingImport: 'pendingImport',
  Unavailable: 'unavailable',
  Creating: 'creating',
};
const enableOrDisable: Row = {
  ...pendingDeletion,
  PendingImport: 'pendingImport',
  Creating: 'creating',
  Updating: 'updating',
};
const changeRotation: Row = {
  ...pendingDeletion,
  Disabled: 'disabled',
  PendingImport: 'external',
  Unavailable: 'unavailable',
  Creating: 'creating',
};

/** The states that refuse an operation; a state not named allows it. */
const ROWS = {
  CancelKeyDeletion: {
    Enabled: 'notPendingDeletion',
    Disabled: 'notPendingDeletion',
    PendingImport: 'notPendingDeletion',
    Unavailable: 'notPendingDeletion',
    Creating: 'notPendingDeletion',
    Updating: 'notPendingDeletion',
  },
  CreateAlias: notWhilePendingDeletion,
  UpdateAlias: notWhilePendingDeletion,
  DeleteAlias: always,
  CreateGrant: { ...use, Unavailable: undefined },
  ListGrants: always,
  RevokeGrant: always,
  RetireGrant: always,
  DescribeKey: always,
  GetKeyPolicy: always,
  PutKeyPolicy: always,
  ListKeyPolicies: always,
  ListAliases: always,
  ListResourceTags: always,
  ListKeyRotations: always,
  GetKeyLastUsage: always,
  TagResource: notWhilePendingDeletion,
  UntagResource: notWhilePendingDeletion,
  UpdateKeyDescription: notWhilePendingDeletion,
  EnableKey: enableOrDisable,
  DisableKey: enableOrDisable,
  ScheduleKeyDeletion: { ...pendingDeletion, Updating: 'updating' },
  EnableKeyRotation: changeRotation,
  DisableKeyRotation: changeRotation,
  RotateKeyOnDemand: { ...changeRotation, PendingImport: 'pendingImport' },
  GetKeyRotationStatus: { Unavailable: 'unavailable' },
  GetParametersForImport: { ...pendingDeletion, Creating: 'creating', Updating: 'updating' },
  ImportKeyMaterial: { ...pendingDeletion, Creating: 'creating' },
  DeleteImportedKeyMaterial: { Creating: 'creating', Updating: 'updating' },
  ReplicateKey: { ...use, Updating: 'updating' },
  UpdatePrimaryRegion: use,
  Encrypt: use,
  Decrypt: use,
  ReEncrypt: use,
  GenerateDataKey: use,
  GenerateDataKeyWithoutPlaintext: use,
  GenerateDataKeyPair: use,
  GenerateDataKeyPairWithoutPlaintext: use,
  GenerateMac: use,
  VerifyMac: use,
  Sign: use,
  Verify: use,
  GetPublicKey: { ...use, Disabled: undefined },
  DeriveSharedSecret: use,
} as const satisfies Record<string, Row>;

export type StatefulOperation = keyof typeof ROWS;

/** Every operation on a key. */
export const STATEFUL_OPERATIONS = Object.keys(ROWS) as readonly StatefulOperation[];

function refusalOf(operation: StatefulOperation, state: KeyState): Refusal | undefined {
  return (ROWS[operation] as Row)[state];
}

/** Throws AWS's error where the key's state refuses the operation. */
export function requireState(operation: StatefulOperation, key: { state: KeyState }, arn: string): void {
  const refusal = refusalOf(operation, key.state);
  if (refusal) throw REFUSALS[refusal](arn) as AwsError;
}
