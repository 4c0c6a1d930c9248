/** All of KMS that is served. */
import type { Operation } from '../../invoke/operation.ts';
import type { Workflow } from '../../invoke/workflow.ts';
import CreateAlias from './alias/CreateAlias.ts';
import DeleteAlias from './alias/DeleteAlias.ts';
import ListAliases from './alias/ListAliases.ts';
import UpdateAlias from './alias/UpdateAlias.ts';
import Decrypt from './crypto/Decrypt.ts';
import Encrypt from './crypto/Encrypt.ts';
import GenerateDataKey from './crypto/GenerateDataKey.ts';
import GenerateDataKeyWithoutPlaintext from './crypto/GenerateDataKeyWithoutPlaintext.ts';
import GenerateRandom from './crypto/GenerateRandom.ts';
import ReEncrypt from './crypto/ReEncrypt.ts';
import CancelKeyDeletion from './deletion/CancelKeyDeletion.ts';
import { deleteKey } from './deletion/key-deletion.ts';
import ScheduleKeyDeletion from './deletion/ScheduleKeyDeletion.ts';
import CreateGrant from './grant/CreateGrant.ts';
import ListGrants from './grant/ListGrants.ts';
import ListRetirableGrants from './grant/ListRetirableGrants.ts';
import RetireGrant from './grant/RetireGrant.ts';
import RevokeGrant from './grant/RevokeGrant.ts';
import CreateKey from './key/CreateKey.ts';
import DescribeKey from './key/DescribeKey.ts';
import DisableKey from './key/DisableKey.ts';
import EnableKey from './key/EnableKey.ts';
import ListKeys from './key/ListKeys.ts';
import UpdateKeyDescription from './key/UpdateKeyDescription.ts';
import GetKeyPolicy from './policy/GetKeyPolicy.ts';
import ListKeyPolicies from './policy/ListKeyPolicies.ts';
import PutKeyPolicy from './policy/PutKeyPolicy.ts';
import ListResourceTags from './tag/ListResourceTags.ts';
import TagResource from './tag/TagResource.ts';
import UntagResource from './tag/UntagResource.ts';

export { resealKeys } from './key/material.ts';

export const operations: readonly Operation[] = [
  CancelKeyDeletion,
  CreateAlias,
  CreateGrant,
  CreateKey,
  Decrypt,
  DeleteAlias,
  DescribeKey,
  DisableKey,
  EnableKey,
  Encrypt,
  GenerateDataKey,
  GenerateDataKeyWithoutPlaintext,
  GenerateRandom,
  GetKeyPolicy,
  ListAliases,
  ListGrants,
  ListKeyPolicies,
  ListKeys,
  ListResourceTags,
  ListRetirableGrants,
  PutKeyPolicy,
  ReEncrypt,
  RetireGrant,
  RevokeGrant,
  ScheduleKeyDeletion,
  TagResource,
  UntagResource,
  UpdateAlias,
  UpdateKeyDescription,
];

export const workflows: readonly Workflow[] = [deleteKey];
