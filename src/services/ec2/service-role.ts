/**
 * The service-linked roles as which EC2 fulfils Spot Instance requests, maintains fleets and connects to instances. Whoever
 * first asks for what needs one makes it, with their own right to do so (aws-facts I1, I2, F41).
 */
import { AwsError } from '../../aws/aws-error.ts';
import type { Call, CallContext, WorkflowContext } from '../../invoke/context.ts';
import { ensureServiceLinkedRole } from '../../service-kit/service-linked-role.ts';

interface LinkedRole {
  readonly service: string;
  readonly name: string;
  /** As the refusal to make it names what it is for. */
  readonly purpose: string;
}

export interface ServiceRole extends LinkedRole {
  /** What its sessions are called. AWS's own name for them is in no capture. */
  readonly sessionName: string;
}

export const SPOT_ROLE: ServiceRole = {
  service: 'spot.amazonaws.com',
  name: 'AWSServiceRoleForEC2Spot',
  purpose: 'EC2 Spot Instances',
  sessionName: 'ec2-spot',
};

/** Of fleets that go on after the reply; an instant one needs none (aws-facts I11). */
export const FLEET_ROLE: ServiceRole = {
  service: 'ec2fleet.amazonaws.com',
  name: 'AWSServiceRoleForEC2Fleet',
  purpose: 'EC2 Fleet',
  sessionName: 'ec2-fleet',
};

/** Of Spot Fleet requests (aws-facts I29). */
export const SPOT_FLEET_ROLE: ServiceRole = {
  service: 'spotfleet.amazonaws.com',
  name: 'AWSServiceRoleForEC2SpotFleet',
  purpose: 'EC2 Spot Fleet',
  sessionName: 'ec2-spot-fleet',
};

/** Nobody speaks as it here: its endpoints carry no packets. */
export const INSTANCE_CONNECT_ROLE: LinkedRole = {
  service: 'ec2-instance-connect.amazonaws.com',
  name: 'AWSServiceRoleForEc2InstanceConnect',
  purpose: 'EC2 Instance Connect Endpoint',
};

export const serviceRoleArn = (account: string, { service, name }: LinkedRole) =>
  `arn:aws:iam::${account}:role/aws-service-role/${service}/${name}`;

export async function ensureServiceRole(ctx: CallContext, role: LinkedRole): Promise<void> {
  const { service } = role;
  const roleArn = serviceRoleArn(ctx.account, role);
  try {
    await ensureServiceLinkedRole(ctx, { roleArn, service }, { invokedBy: service });
  } catch (error) {
    throw error instanceof AwsError && error.code === 'AccessDenied' ? creationNotPermitted(role) : error;
  }
}

const creationNotPermitted = ({ purpose }: LinkedRole) =>
  new AwsError(
    'AuthFailure.ServiceLinkedRoleCreationNotPermitted',
    `The provided credentials do not have permission to create the service-linked role for ${purpose}.`,
    403,
  );

/** EC2 speaking as the role: its policies, key policies and grants decide. */
export async function asServiceRole(ctx: WorkflowContext, role: ServiceRole): Promise<Call> {
  const { call } = await ctx.asRole({
    roleArn: serviceRoleArn(ctx.account, role),
    sessionName: role.sessionName,
    service: role.service,
  });
  return call;
}
