// Made by "npm run operations" of what the folders hold.
import type { Operation } from '../../invoke/operation.ts';
import CreateAlias from './alias/CreateAlias.ts';
import DeleteAlias from './alias/DeleteAlias.ts';
import ListAliases from './alias/ListAliases.ts';
import UpdateAlias from './alias/UpdateAlias.ts';
import Decrypt from './crypto/Decrypt.ts';
import DeriveSharedSecret from './crypto/DeriveSharedSecret.ts';
import Encrypt from './crypto/Encrypt.ts';
import GenerateDataKey from './crypto/GenerateDataKey.ts';
import GenerateDataKeyPair from './crypto/GenerateDataKeyPair.ts';
import GenerateDataKeyPairWithoutPlaintext from './crypto/GenerateDataKeyPairWithoutPlaintext.ts';
import GenerateDataKeyWithoutPlaintext from './crypto/GenerateDataKeyWithoutPlaintext.ts';
import GenerateMac from './crypto/GenerateMac.ts';
import GenerateRandom from './crypto/GenerateRandom.ts';
import GetPublicKey from './crypto/GetPublicKey.ts';
import ReEncrypt from './crypto/ReEncrypt.ts';
import Sign from './crypto/Sign.ts';
import Verify from './crypto/Verify.ts';
import VerifyMac from './crypto/VerifyMac.ts';
import CancelKeyDeletion from './deletion/CancelKeyDeletion.ts';
import ScheduleKeyDeletion from './deletion/ScheduleKeyDeletion.ts';
import CreateGrant from './grant/CreateGrant.ts';
import ListGrants from './grant/ListGrants.ts';
import ListRetirableGrants from './grant/ListRetirableGrants.ts';
import RetireGrant from './grant/RetireGrant.ts';
import RevokeGrant from './grant/RevokeGrant.ts';
import DeleteImportedKeyMaterial from './import/DeleteImportedKeyMaterial.ts';
import GetParametersForImport from './import/GetParametersForImport.ts';
import ImportKeyMaterial from './import/ImportKeyMaterial.ts';
import CreateKey from './key/CreateKey.ts';
import DescribeKey from './key/DescribeKey.ts';
import DisableKey from './key/DisableKey.ts';
import EnableKey from './key/EnableKey.ts';
import GetKeyLastUsage from './key/GetKeyLastUsage.ts';
import ListKeys from './key/ListKeys.ts';
import UpdateKeyDescription from './key/UpdateKeyDescription.ts';
import ReplicateKey from './multi-region/ReplicateKey.ts';
import UpdatePrimaryRegion from './multi-region/UpdatePrimaryRegion.ts';
import GetKeyPolicy from './policy/GetKeyPolicy.ts';
import ListKeyPolicies from './policy/ListKeyPolicies.ts';
import PutKeyPolicy from './policy/PutKeyPolicy.ts';
import DisableKeyRotation from './rotation/DisableKeyRotation.ts';
import EnableKeyRotation from './rotation/EnableKeyRotation.ts';
import GetKeyRotationStatus from './rotation/GetKeyRotationStatus.ts';
import ListKeyRotations from './rotation/ListKeyRotations.ts';
import RotateKeyOnDemand from './rotation/RotateKeyOnDemand.ts';
import ListResourceTags from './tag/ListResourceTags.ts';
import TagResource from './tag/TagResource.ts';
import UntagResource from './tag/UntagResource.ts';

export const operations: readonly Operation[] = [
  CancelKeyDeletion,
  CreateAlias,
  CreateGrant,
  CreateKey,
  Decrypt,
  DeleteAlias,
  DeleteImportedKeyMaterial,
  DeriveSharedSecret,
  DescribeKey,
  DisableKey,
  DisableKeyRotation,
  EnableKey,
  EnableKeyRotation,
  Encrypt,
  GenerateDataKey,
  GenerateDataKeyPair,
  GenerateDataKeyPairWithoutPlaintext,
  GenerateDataKeyWithoutPlaintext,
  GenerateMac,
  GenerateRandom,
  GetKeyLastUsage,
  GetKeyPolicy,
  GetKeyRotationStatus,
  GetParametersForImport,
  GetPublicKey,
  ImportKeyMaterial,
  ListAliases,
  ListGrants,
  ListKeyPolicies,
  ListKeyRotations,
  ListKeys,
  ListResourceTags,
  ListRetirableGrants,
  PutKeyPolicy,
  ReEncrypt,
  ReplicateKey,
  RetireGrant,
  RevokeGrant,
  RotateKeyOnDemand,
  ScheduleKeyDeletion,
  Sign,
  TagResource,
  UntagResource,
  UpdateAlias,
  UpdateKeyDescription,
  UpdatePrimaryRegion,
  Verify,
  VerifyMac,
];
