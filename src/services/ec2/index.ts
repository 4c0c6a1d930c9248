/** What EC2 serves. */
import type { ServiceModule } from '../../invoke/service-module.ts';
import { emptyListings } from '../../service-kit/empty-listings.ts';
import { adoptResources } from './adoption/adopt-resources.ts';
import {
  expireReservationWorkflow,
  forgetReservationWorkflow,
} from './capacity-reservation/end-reservation.ts';
import { requireFirstPage } from './describe/empty-listing.ts';
import { ec2 } from './ec2.ts';
import { retireGrantsWorkflow } from './encryption/retire-grants.ts';
import { retireUnownedGrants } from './encryption/unowned-grants.ts';
import { failureSource } from './failure.ts';
import { advanceFastRestoreWorkflow } from './fast-restore/fast-restore-states.ts';
import { expireFleetWorkflow, forgetFleetWorkflow } from './fleet/end-fleet.ts';
import { followMemberWorkflow } from './fleet/fleet-member.ts';
import { reconcileFleetWorkflow } from './fleet/reconcile-fleet.ts';
import { forgetImageWorkflow } from './image/forget-image.ts';
import { publicImageParameters } from './image/public-images.ts';
import { findInstanceType } from './instance/instance-type.ts';
import {
  forgetInstanceWorkflow,
  stopInstanceWorkflow,
  terminateInstanceWorkflow,
} from './instance/power-off-workflows.ts';
import { powerOnWorkflow } from './instance/power-on-workflow.ts';
import { rebootInstanceWorkflow } from './instance/RebootInstances.ts';
import { reattachVolumes, recoverInstanceWorkflow } from './instance/recovery.ts';
import { customerGatewayLife } from './network/customer-gateway/customer-gateway.ts';
import { instanceConnectEndpointLife } from './network/instance-connect-endpoint/instance-connect-endpoint.ts';
import {
  deleteNatGatewayWorkflow,
  openNatGatewayWorkflow,
  settleAddressesWorkflow,
} from './network/nat-gateway/nat-gateway-workflows.ts';
import { settleAssociationWorkflow } from './network/security-group/vpc-association.ts';
import { endpointSource } from './network/vpc-endpoint/vpc-endpoint.ts';
import { expirePeeringWorkflow, forgetPeeringWorkflow } from './network/vpc-peering/vpc-peering-steps.ts';
import { resealTable } from './network/vpn-connection/tunnel.ts';
import { vpnConnectionKind, vpnConnectionLife } from './network/vpn-connection/vpn-connection.ts';
import { vpnGatewayLife } from './network/vpn-gateway/vpn-gateway.ts';
import { operations } from './operations.ts';
import { accountCheck } from './resource/kind.ts';
import { ec2FactsSource } from './resource-facts.ts';
import { replaceRootVolumeWorkflow } from './root-volume/replace-root-volume-workflow.ts';
import { copySnapshotWorkflow } from './snapshot/copy-snapshot-workflow.ts';
import { directSnapshots } from './snapshot/direct-snapshots.ts';
import { freeSnapshotWorkflow } from './snapshot/remove-snapshot.ts';
import { endLockWorkflow } from './snapshot/snapshot-lock.ts';
import { completeSnapshotsWorkflow } from './snapshot/take-snapshot.ts';
import { expireRestoreWorkflow, moveTierWorkflow } from './snapshot/tier-move.ts';
import { expireRequestWorkflow } from './spot/expire-workflow.ts';
import { followInstanceWorkflow } from './spot/follow-workflow.ts';
import { fulfilRequestWorkflow } from './spot/fulfil-workflow.ts';
import { endInterruptedWorkflow, interruptWorkflow } from './spot/interruption.ts';
import { restartInstanceWorkflow } from './spot/restart-workflow.ts';
import { roleUses } from './spot/role-uses.ts';
import { freeAnnouncedBlocks, freeAnnouncedBlocksWorkflow } from './volume/announced-blocks.ts';
import { attachVolumeWorkflow, closeVolumeWorkflow } from './volume/attach-volume-workflow.ts';
import { createVolumeWorkflow } from './volume/create-volume-workflow.ts';
import { detachVolumeWorkflow } from './volume/DetachVolume.ts';
import { deleteVolumeWorkflow } from './volume/delete-volume-workflow.ts';
import { modifyVolumeWorkflow } from './volume/ModifyVolume.ts';

export { attachedVolumes } from './adoption/attached-volumes.ts';
export { forkVolumes } from './adoption/fork-volumes.ts';
export { noteFailures, type RecordedFailure } from './adoption/recorded-failures.ts';
export { instanceTypeNames } from './instance/instance-type.ts';
export { endpointPolicies } from './network/vpc-endpoint/vpc-endpoint.ts';
export { recordedInput, recordedOutput } from './recorded-input.ts';

const module = {
  operations: [
    ...operations,
    ...emptyListings(ec2, {
      check: (context, name) => accountCheck(context, `ec2:${name}`),
      requirePage: requireFirstPage,
    }),
  ],
  workflows: [
    advanceFastRestoreWorkflow,
    attachVolumeWorkflow,
    closeVolumeWorkflow,
    completeSnapshotsWorkflow,
    copySnapshotWorkflow,
    createVolumeWorkflow,
    deleteNatGatewayWorkflow,
    deleteVolumeWorkflow,
    detachVolumeWorkflow,
    endInterruptedWorkflow,
    endLockWorkflow,
    expireFleetWorkflow,
    expirePeeringWorkflow,
    expireReservationWorkflow,
    expireRequestWorkflow,
    expireRestoreWorkflow,
    followInstanceWorkflow,
    followMemberWorkflow,
    forgetFleetWorkflow,
    forgetPeeringWorkflow,
    forgetReservationWorkflow,
    freeAnnouncedBlocksWorkflow,
    forgetImageWorkflow,
    forgetInstanceWorkflow,
    freeSnapshotWorkflow,
    fulfilRequestWorkflow,
    interruptWorkflow,
    modifyVolumeWorkflow,
    moveTierWorkflow,
    openNatGatewayWorkflow,
    settleAddressesWorkflow,
    settleAssociationWorkflow,
    powerOnWorkflow,
    rebootInstanceWorkflow,
    reconcileFleetWorkflow,
    recoverInstanceWorkflow,
    replaceRootVolumeWorkflow,
    restartInstanceWorkflow,
    retireGrantsWorkflow,
    stopInstanceWorkflow,
    terminateInstanceWorkflow,
    ...customerGatewayLife.workflows,
    ...instanceConnectEndpointLife.workflows,
    ...vpnConnectionLife.workflows,
    ...vpnGatewayLife.workflows,
  ],
  ports: {
    snapshots: directSnapshots,
    failures: [failureSource],
    roleUses: [roleUses],
    resourceFacts: [ec2FactsSource],
    publicImages: { parameters: publicImageParameters },
    instanceTypes: { exists: (name) => findInstanceType(name) !== undefined },
    vpcEndpoints: endpointSource,
  },
  async resume(runtime) {
    await freeAnnouncedBlocks(runtime);
    await retireUnownedGrants(runtime);
    await reattachVolumes(runtime);
  },
  reseal: (tx, reseal) => resealTable(tx, reseal, vpnConnectionKind.table),
  adopt: adoptResources,
} satisfies ServiceModule;

export {
  snapshotsUnderKeys,
  type VolumeUse,
  volumesUnderKeys,
} from './key-uses.ts';
export { launchKeys } from './launch-keys.ts';

export default module;
