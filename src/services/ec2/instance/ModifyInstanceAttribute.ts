/**
 * One attribute at a time (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html). Of
 * the volumes only DeleteOnTermination can be changed, never encryption (aws-facts B7).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ExecuteContext } from '../../../invoke/context.ts';
import type { ModifyInstanceAttributeRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { creditsAfter } from '../instance-type/default-credits.ts';
import { networkInterfaces } from '../network/network-interface/network-interface.ts';
import { onlyInterface } from '../network/network-interface/source-dest-check.ts';
import { requireGroupsIn } from '../network/security-group/groups-of-interface.ts';
import { securityGroupKind } from '../network/security-group/security-group.ts';
import { requireResource, resourceCheck } from '../resource/kind.ts';
import { attributeName, onlyAttribute } from '../resource/only-attribute.ts';
import { notServed } from '../resource/unserved.ts';
import { volumeKind, volumesOf, withAttachment } from '../volume/volume.ts';
import { type InstanceRecord, instanceKind } from './instance.ts';
import { findInstanceType } from './instance-type.ts';
import { requireUserData } from './user-data.ts';

type Change = Partial<InstanceRecord>;
const flag = (value: string | undefined) => value === 'true';

/** Attributes that a request may name apart from their value. */
const NAMED_ATTRIBUTES = (
  'blockDeviceMapping disableApiStop disableApiTermination ebsOptimized enaSupport groupSet ' +
  'instanceInitiatedShutdownBehavior instanceType sourceDestCheck sriovNetSupport userData'
).split(' ');

export default ec2.operation('ModifyInstanceAttribute', {
  unserved: [
    'BlockDeviceMappings[].NoDevice',
    'BlockDeviceMappings[].VirtualName',
    'EnclaveOptions',
    'Kernel',
    'Ramdisk',
    ['SriovNetSupport.Value', 'simple'],
    ['Attribute', ...NAMED_ATTRIBUTES],
  ],
  async checks(context, input) {
    const action = 'ec2:ModifyInstanceAttribute';
    const attribute = attributeOf(input);
    const conditions = () => ({ 'ec2:Attribute': attribute });
    return {
      instance: await resourceCheck(context, instanceKind, action, input.InstanceId, conditions),
      groups: await Promise.all(
        (input.Groups ?? []).map((id) => resourceCheck(context, securityGroupKind, action, id)),
      ),
    };
  },

  async preconditions(context, input, { instance, groups }) {
    const { id, state } = instance.record;
    const named = byName(input);
    requireUserData(named.userData);
    requireProtectable(instance.record, named);
    const isOfInterface = groups.length > 0 || named.sourceDestCheck !== undefined;
    const eni = isOfInterface ? await onlyInterface(context.tx, instance.record) : undefined;
    if (eni) requireGroupsIn(eni.vpcId, `interface ${eni.id}`, groups);
    const needsStop =
      named.type !== undefined ||
      named.userData !== undefined ||
      named.ebsOptimized !== undefined ||
      asksNetworking(input);
    if (!needsStop || state === 'stopped') return;
    throw new AwsError('IncorrectInstanceState', `The instance '${id}' is not in the 'stopped' state.`);
  },

  async execute(context, input, { instance }) {
    const { record } = instance;
    const change = byName(input);
    const type = change.type === undefined ? undefined : findInstanceType(change.type);
    if (change.type && !type) {
      throw new AwsError(
        'InvalidInstanceAttributeValue',
        `The following supplied instance types do not exist: [${change.type}]`,
      );
    }
    const cpuCredits = await creditsAfter(context.tx, context, record, type);
    context.tx.put(instanceKind.table, { ...record, ...definedOf(change), cpuCredits });
    if (change.sourceDestCheck !== undefined || input.Groups)
      await changeInterfaces(context, record, input, change);
    await changeMappings(context, record.id, input);
    return {};
  },
});

/** aws-facts I34 */
function requireProtectable({ spotRequestId }: InstanceRecord, named: Change): void {
  const asked = (['disableApiTermination', 'disableApiStop'] as const).find(
    (name) => named[name] !== undefined,
  );
  if (spotRequestId === undefined || asked === undefined) return;
  throw new AwsError('UnsupportedOperation', `Modifying '${asked}' is not supported for spot instances.`);
}

/** The members that name an attribute, in either of the API's two ways of naming one. */
function byName(input: ModifyInstanceAttributeRequest): Change {
  const { Attribute: attribute, Value: value } = input;
  const named = (name: string) => (attribute === name ? value : undefined);
  const boolean = (name: string, member: { Value?: boolean } | undefined) =>
    member?.Value ?? (attribute === name ? flag(value) : undefined);
  const userData = input.UserData?.Value;
  return {
    disableApiStop: boolean('disableApiStop', input.DisableApiStop),
    disableApiTermination: boolean('disableApiTermination', input.DisableApiTermination),
    ebsOptimized: boolean('ebsOptimized', input.EbsOptimized),
    sourceDestCheck: boolean('sourceDestCheck', input.SourceDestCheck),
    type: input.InstanceType?.Value ?? named('instanceType'),
    shutdownBehavior: shutdownBehavior(
      input.InstanceInitiatedShutdownBehavior?.Value ?? named('instanceInitiatedShutdownBehavior'),
    ),
    userData: userData ? Buffer.from(userData).toString('base64') : named('userData'),
  };
}

/** Enhanced networking, which every instance here has, and none can be without. */
function asksNetworking(input: ModifyInstanceAttributeRequest): boolean {
  const { Attribute: attribute, Value: value, EnaSupport: ena, SriovNetSupport: sriov } = input;
  const enabled = ena?.Value ?? (attribute === 'enaSupport' ? flag(value) : undefined);
  if (enabled === false) throw notServed('EnaSupport (but true)');
  return enabled ?? (sriov !== undefined || attribute === 'sriovNetSupport');
}

function shutdownBehavior(value: string | undefined): InstanceRecord['shutdownBehavior'] | undefined {
  if (value === undefined || value === 'stop' || value === 'terminate') return value;
  throw new AwsError(
    'InvalidParameterValue',
    `Value (${value}) for parameter instanceInitiatedShutdownBehavior is invalid. Unknown instance-initiated shutdown behavior`,
  );
}

const ATTRIBUTE_MEMBERS = [
  'SourceDestCheck',
  'DisableApiStop',
  'BlockDeviceMappings',
  'DisableApiTermination',
  'InstanceType',
  'UserData',
  'InstanceInitiatedShutdownBehavior',
  'Groups',
  'EbsOptimized',
  'EnaSupport',
  'SriovNetSupport',
  'EnclaveOptions',
  'Kernel',
  'Ramdisk',
] as const;

/** `ec2:Attribute`: what is changed, by its API name. */
function attributeOf(input: ModifyInstanceAttributeRequest): string {
  const { Attribute: attribute } = input;
  const members = ATTRIBUTE_MEMBERS.filter((member) => input[member] !== undefined);
  if (attribute === undefined) return onlyAttribute(members);
  return onlyAttribute([attribute, ...members.filter((member) => attributeName(member) !== attribute)]);
}

async function changeInterfaces(
  context: ExecuteContext,
  instance: InstanceRecord,
  { Groups: groupIds }: ModifyInstanceAttributeRequest,
  { sourceDestCheck }: Change,
): Promise<void> {
  const only = await onlyInterface(context.tx, instance);
  if (!only) return;
  context.tx.put(networkInterfaces, {
    ...only,
    groupIds: groupIds ?? only.groupIds,
    sourceDestCheck: sourceDestCheck ?? only.sourceDestCheck,
  });
}

async function changeMappings(
  context: ExecuteContext,
  instanceId: string,
  { BlockDeviceMappings: mappings }: ModifyInstanceAttributeRequest,
): Promise<void> {
  const attached = await volumesOf(context.tx, context, instanceId);
  for (const { DeviceName: device, Ebs: ebs } of mappings ?? []) {
    const volume = attached.find(({ attachments }) =>
      attachments.some((each) => each.instanceId === instanceId && each.device === device),
    );
    if (!volume) {
      throw new AwsError('InvalidInstanceAttributeValue', `No device is currently mapped at ${device}`);
    }
    if (ebs?.DeleteOnTermination === undefined) continue;
    const current = await requireResource(context.tx, volumeKind, context, volume.id);
    context.tx.put(
      volumeKind.table,
      withAttachment(current, instanceId, { deleteOnTermination: ebs.DeleteOnTermination }),
    );
  }
}

const definedOf = (change: Change): Change =>
  Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
