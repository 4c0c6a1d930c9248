/** What EC2 serves. A new operation is added here. */
import type { Operation } from '../../invoke/operation.ts';
import type { Workflow } from '../../invoke/workflow.ts';
import disableEbsEncryptionByDefault from './encryption/DisableEbsEncryptionByDefault.ts';
import enableEbsEncryptionByDefault from './encryption/EnableEbsEncryptionByDefault.ts';
import getEbsDefaultKmsKeyId from './encryption/GetEbsDefaultKmsKeyId.ts';
import getEbsEncryptionByDefault from './encryption/GetEbsEncryptionByDefault.ts';
import modifyEbsDefaultKmsKeyId from './encryption/ModifyEbsDefaultKmsKeyId.ts';
import resetEbsDefaultKmsKeyId from './encryption/ResetEbsDefaultKmsKeyId.ts';
import { retireGrantsLater } from './encryption/retire-grants.ts';
import describeImages from './image/DescribeImages.ts';
import describeInstanceAttribute from './instance/DescribeInstanceAttribute.ts';
import describeInstanceStatus from './instance/DescribeInstanceStatus.ts';
import describeInstances from './instance/DescribeInstances.ts';
import modifyInstanceAttribute from './instance/ModifyInstanceAttribute.ts';
import {
  forgetInstanceWorkflow,
  stopInstanceWorkflow,
  terminateInstanceWorkflow,
} from './instance/power-off-workflows.ts';
import { powerOnWorkflow } from './instance/power-on-workflow.ts';
import rebootInstances, { rebootInstanceWorkflow } from './instance/RebootInstances.ts';
import runInstances from './instance/RunInstances.ts';
import { recoverInstanceWorkflow } from './instance/recovery.ts';
import startInstances from './instance/StartInstances.ts';
import stopInstances from './instance/StopInstances.ts';
import terminateInstances from './instance/TerminateInstances.ts';
import describeInstanceCreditSpecifications from './instance-type/DescribeInstanceCreditSpecifications.ts';
import describeInstanceTypeOfferings from './instance-type/DescribeInstanceTypeOfferings.ts';
import describeInstanceTypes from './instance-type/DescribeInstanceTypes.ts';
import getInstanceUefiData from './instance-type/GetInstanceUefiData.ts';
import modifyInstanceCreditSpecification from './instance-type/ModifyInstanceCreditSpecification.ts';
import createKeyPair from './key-pair/CreateKeyPair.ts';
import deleteKeyPair from './key-pair/DeleteKeyPair.ts';
import describeKeyPairs from './key-pair/DescribeKeyPairs.ts';
import importKeyPair from './key-pair/ImportKeyPair.ts';
import createLaunchTemplate from './launch-template/CreateLaunchTemplate.ts';
import createLaunchTemplateVersion from './launch-template/CreateLaunchTemplateVersion.ts';
import deleteLaunchTemplate from './launch-template/DeleteLaunchTemplate.ts';
import deleteLaunchTemplateVersions from './launch-template/DeleteLaunchTemplateVersions.ts';
import describeLaunchTemplates from './launch-template/DescribeLaunchTemplates.ts';
import describeLaunchTemplateVersions from './launch-template/DescribeLaunchTemplateVersions.ts';
import modifyLaunchTemplate from './launch-template/ModifyLaunchTemplate.ts';
import { networkOperations } from './network/operations.ts';
import describeAvailabilityZones from './region/DescribeAvailabilityZones.ts';
import describeRegions from './region/DescribeRegions.ts';
import createTags from './tag/CreateTags.ts';
import deleteTags from './tag/DeleteTags.ts';
import describeTags from './tag/DescribeTags.ts';
import attachVolume from './volume/AttachVolume.ts';
import { attachVolumeWorkflow, closeVolumeWorkflow } from './volume/attach-volume-workflow.ts';
import createVolume from './volume/CreateVolume.ts';
import { createVolumeWorkflow } from './volume/create-volume-workflow.ts';
import deleteVolume, { deleteVolumeWorkflow } from './volume/DeleteVolume.ts';
import describeVolumes from './volume/DescribeVolumes.ts';
import detachVolume, { detachVolumeWorkflow } from './volume/DetachVolume.ts';

export { failureOf } from './failure.ts';
export { reattachVolumes } from './instance/recovery.ts';

export const operations: Operation[] = [
  attachVolume,
  createKeyPair,
  createLaunchTemplate,
  createLaunchTemplateVersion,
  createTags,
  createVolume,
  deleteKeyPair,
  deleteLaunchTemplate,
  deleteLaunchTemplateVersions,
  deleteTags,
  deleteVolume,
  describeAvailabilityZones,
  describeImages,
  describeInstanceAttribute,
  describeInstanceCreditSpecifications,
  describeInstances,
  describeInstanceStatus,
  describeInstanceTypeOfferings,
  describeInstanceTypes,
  describeKeyPairs,
  describeLaunchTemplates,
  describeLaunchTemplateVersions,
  describeRegions,
  describeTags,
  describeVolumes,
  detachVolume,
  disableEbsEncryptionByDefault,
  enableEbsEncryptionByDefault,
  getEbsDefaultKmsKeyId,
  getEbsEncryptionByDefault,
  getInstanceUefiData,
  importKeyPair,
  modifyEbsDefaultKmsKeyId,
  modifyInstanceAttribute,
  modifyInstanceCreditSpecification,
  modifyLaunchTemplate,
  rebootInstances,
  resetEbsDefaultKmsKeyId,
  runInstances,
  startInstances,
  stopInstances,
  terminateInstances,
  ...networkOperations,
];

export const workflows: Workflow[] = [
  attachVolumeWorkflow,
  closeVolumeWorkflow,
  createVolumeWorkflow,
  deleteVolumeWorkflow,
  detachVolumeWorkflow,
  forgetInstanceWorkflow,
  powerOnWorkflow,
  rebootInstanceWorkflow,
  recoverInstanceWorkflow,
  retireGrantsLater,
  stopInstanceWorkflow,
  terminateInstanceWorkflow,
];
