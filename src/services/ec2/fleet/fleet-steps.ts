/** The steps of fleets' workflows and the tags by which an instance names its fleet, for whoever schedules them. */
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import type { Tag } from '../resource/tag.ts';

interface FleetName {
  readonly fleetId: string;
}

/** AWS's own tag on what an EC2 Fleet launches. */
export const FLEET_TAG = 'aws:ec2:fleet-id';
/** The same of a Spot Fleet request, whose service-linked role may terminate only what has it (aws-facts I29). */
export const SPOT_FLEET_TAG = 'aws:ec2spot:fleet-request-id';

export const fleetIdIn = (tags: readonly Tag[]): string | undefined =>
  tags.find(({ Key }) => Key === FLEET_TAG || Key === SPOT_FLEET_TAG)?.Value;

/** Launches what a fleet lacks and ends what it has too much of. */
export const reconcileFleetStep = workflowRef<FleetName>('ec2.fleet.reconcile', ({ fleetId }) => [fleetId]);
/** The end of a fleet's validity. */
export const expireFleetStep = workflowRef<FleetName>('ec2.fleet.expire');
/** A deleted fleet is no longer shown. */
export const forgetFleetStep = workflowRef<FleetName>('ec2.fleet.forget');
/** What an instance's new state means to its fleet. */
export const followMemberStep = workflowRef<FleetName & { readonly instanceId: string }>('ec2.fleet.follow');
