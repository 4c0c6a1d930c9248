/** What EC2 serves. A new operation is added here. */
import type { Operation } from '../../invoke/operation.ts';
import type { Workflow } from '../../invoke/workflow.ts';
import disableEbsEncryptionByDefault from './encryption/DisableEbsEncryptionByDefault.ts';
import enableEbsEncryptionByDefault from './encryption/EnableEbsEncryptionByDefault.ts';
import getEbsDefaultKmsKeyId from './encryption/GetEbsDefaultKmsKeyId.ts';
import getEbsEncryptionByDefault from './encryption/GetEbsEncryptionByDefault.ts';
import modifyEbsDefaultKmsKeyId from './encryption/ModifyEbsDefaultKmsKeyId.ts';
import resetEbsDefaultKmsKeyId from './encryption/ResetEbsDefaultKmsKeyId.ts';
import { retireGrantsWorkflow } from './encryption/retire-grants.ts';
import copyImage from './image/CopyImage.ts';
import createImage from './image/CreateImage.ts';
import deregisterImage from './image/DeregisterImage.ts';
import describeImageAttribute from './image/DescribeImageAttribute.ts';
import describeImages from './image/DescribeImages.ts';
import modifyImageAttribute from './image/ModifyImageAttribute.ts';
import registerImage from './image/RegisterImage.ts';
import resetImageAttribute from './image/ResetImageAttribute.ts';
import describeInstanceAttribute from './instance/DescribeInstanceAttribute.ts';
import describeInstanceStatus from './instance/DescribeInstanceStatus.ts';
import describeInstances from './instance/DescribeInstances.ts';
import modifyInstanceAttribute from './instance/ModifyInstanceAttribute.ts';
import modifyInstanceMaintenanceOptions from './instance/ModifyInstanceMaintenanceOptions.ts';
import modifyInstanceMetadataOptions from './instance/ModifyInstanceMetadataOptions.ts';
import monitorInstances from './instance/MonitorInstances.ts';
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
import unmonitorInstances from './instance/UnmonitorInstances.ts';
import associateIamInstanceProfile from './instance-profile/AssociateIamInstanceProfile.ts';
import describeIamInstanceProfileAssociations from './instance-profile/DescribeIamInstanceProfileAssociations.ts';
import disassociateIamInstanceProfile from './instance-profile/DisassociateIamInstanceProfile.ts';
import replaceIamInstanceProfileAssociation from './instance-profile/ReplaceIamInstanceProfileAssociation.ts';
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
import copySnapshot from './snapshot/CopySnapshot.ts';
import createSnapshot from './snapshot/CreateSnapshot.ts';
import createSnapshots from './snapshot/CreateSnapshots.ts';
import { copySnapshotWorkflow } from './snapshot/copy-snapshot-workflow.ts';
import deleteSnapshot from './snapshot/DeleteSnapshot.ts';
import describeSnapshotAttribute from './snapshot/DescribeSnapshotAttribute.ts';
import describeSnapshots from './snapshot/DescribeSnapshots.ts';
import disableSnapshotBlockPublicAccess from './snapshot/DisableSnapshotBlockPublicAccess.ts';
import enableSnapshotBlockPublicAccess from './snapshot/EnableSnapshotBlockPublicAccess.ts';
import getSnapshotBlockPublicAccessState from './snapshot/GetSnapshotBlockPublicAccessState.ts';
import modifySnapshotAttribute from './snapshot/ModifySnapshotAttribute.ts';
import resetSnapshotAttribute from './snapshot/ResetSnapshotAttribute.ts';
import { freeSnapshotWorkflow } from './snapshot/remove-snapshot.ts';
import { completeSnapshotsWorkflow } from './snapshot/take-snapshot.ts';
import createTags from './tag/CreateTags.ts';
import deleteTags from './tag/DeleteTags.ts';
import describeTags from './tag/DescribeTags.ts';
import attachVolume from './volume/AttachVolume.ts';
import { attachVolumeWorkflow, closeVolumeWorkflow } from './volume/attach-volume-workflow.ts';
import createVolume from './volume/CreateVolume.ts';
import { createVolumeWorkflow } from './volume/create-volume-workflow.ts';
import deleteVolume from './volume/DeleteVolume.ts';
import describeVolumeAttribute from './volume/DescribeVolumeAttribute.ts';
import describeVolumeStatus from './volume/DescribeVolumeStatus.ts';
import describeVolumes from './volume/DescribeVolumes.ts';
import describeVolumesModifications from './volume/DescribeVolumesModifications.ts';
import detachVolume, { detachVolumeWorkflow } from './volume/DetachVolume.ts';
import { deleteVolumeWorkflow } from './volume/delete-volume-workflow.ts';
import enableVolumeIo from './volume/EnableVolumeIO.ts';
import modifyVolume, { modifyVolumeWorkflow } from './volume/ModifyVolume.ts';
import modifyVolumeAttribute from './volume/ModifyVolumeAttribute.ts';

export { failureOf } from './failure.ts';
export { reattachVolumes } from './instance/recovery.ts';
export { directSnapshots } from './snapshot/direct-snapshots.ts';

export const operations: Operation[] = [
  associateIamInstanceProfile,
  attachVolume,
  copyImage,
  copySnapshot,
  createImage,
  createKeyPair,
  createLaunchTemplate,
  createLaunchTemplateVersion,
  createSnapshot,
  createSnapshots,
  createTags,
  createVolume,
  deleteKeyPair,
  deleteLaunchTemplate,
  deleteLaunchTemplateVersions,
  deleteSnapshot,
  deleteTags,
  deleteVolume,
  deregisterImage,
  describeAvailabilityZones,
  describeIamInstanceProfileAssociations,
  describeImageAttribute,
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
  describeSnapshotAttribute,
  describeSnapshots,
  describeTags,
  describeVolumeAttribute,
  describeVolumes,
  describeVolumesModifications,
  describeVolumeStatus,
  detachVolume,
  disableEbsEncryptionByDefault,
  disableSnapshotBlockPublicAccess,
  disassociateIamInstanceProfile,
  enableEbsEncryptionByDefault,
  enableSnapshotBlockPublicAccess,
  enableVolumeIo,
  getEbsDefaultKmsKeyId,
  getEbsEncryptionByDefault,
  getInstanceUefiData,
  getSnapshotBlockPublicAccessState,
  importKeyPair,
  modifyEbsDefaultKmsKeyId,
  modifyImageAttribute,
  modifyInstanceAttribute,
  modifyInstanceCreditSpecification,
  modifyInstanceMaintenanceOptions,
  modifyInstanceMetadataOptions,
  modifyLaunchTemplate,
  modifySnapshotAttribute,
  modifyVolume,
  modifyVolumeAttribute,
  monitorInstances,
  rebootInstances,
  registerImage,
  replaceIamInstanceProfileAssociation,
  resetEbsDefaultKmsKeyId,
  resetImageAttribute,
  resetSnapshotAttribute,
  runInstances,
  startInstances,
  stopInstances,
  terminateInstances,
  unmonitorInstances,
  ...networkOperations,
];

export const workflows: Workflow[] = [
  attachVolumeWorkflow,
  closeVolumeWorkflow,
  completeSnapshotsWorkflow,
  copySnapshotWorkflow,
  createVolumeWorkflow,
  deleteVolumeWorkflow,
  detachVolumeWorkflow,
  forgetInstanceWorkflow,
  freeSnapshotWorkflow,
  modifyVolumeWorkflow,
  powerOnWorkflow,
  rebootInstanceWorkflow,
  recoverInstanceWorkflow,
  retireGrantsWorkflow,
  stopInstanceWorkflow,
  terminateInstanceWorkflow,
];
