/** An instance's properties, most of which are RunInstances' own, and that request made of them. */
import type { RunInstancesRequest, TagSpecification } from '../../../shapes/generated/ec2.ts';
import { isObject, type Json, type JsonObject, sameValue } from '../template/json.ts';
import {
  type ChangeEffect,
  ofInput,
  type Properties,
  type PropertyType,
  strings,
  TAGS,
} from './properties.ts';
import type { ResourceContext } from './resource-type.ts';
import { tagsOf } from './tags.ts';

const ofRun = (member: string) => ofInput('ec2', 'RunInstances', member);

const NETWORK_INTERFACES = ofRun('NetworkInterfaces');

const replaced = (type: PropertyType) => ({ type, change: 'replacement' }) as const;

/** A list of structures whose members are called or typed otherwise in templates. */
const inTemplates = (ofRequest: typeof NETWORK_INTERFACES, change: (members: Properties) => Properties) => ({
  form(): PropertyType {
    const type = ofRequest.form();
    if (
      typeof type === 'string' ||
      !('list' in type) ||
      typeof type.list === 'string' ||
      !('object' in type.list)
    )
      return type;
    return { list: { object: change(type.list.object) } };
  },
});

const networkInterfaces = inTemplates(NETWORK_INTERFACES, ({ Groups, ...rest }) => ({
  ...rest,
  ...(Groups && { GroupSet: Groups }),
}));

const blockDevices = inTemplates(ofRun('BlockDeviceMappings'), (members) => ({
  ...members,
  NoDevice: { type: 'Marker' },
}));

/** Of the block devices only DeleteOnTermination changes in place. */
function changeOfDevices(from: Json | undefined, to: Json | undefined): ChangeEffect {
  const fixed = (devices: Json | undefined): Json =>
    ((devices ?? []) as readonly JsonObject[]).map(({ Ebs, ...device }) => {
      const { DeleteOnTermination: _changeable, ...rest } = isObject(Ebs) ? Ebs : {};
      return { ...device, Ebs: rest };
    });
  return sameValue(fixed(from), fixed(to)) ? 'in-place' : 'replacement';
}

export const INSTANCE_PROPERTIES: Properties = {
  AvailabilityZone: replaced('String'),
  BlockDeviceMappings: { type: blockDevices, change: changeOfDevices },
  CpuOptions: replaced(ofRun('CpuOptions')),
  CreditSpecification: { type: { object: { CPUCredits: { type: 'String' } } } },
  DisableApiTermination: { type: 'Boolean' },
  EbsOptimized: { type: 'Boolean' },
  EnclaveOptions: replaced(ofRun('EnclaveOptions')),
  HibernationOptions: replaced(ofRun('HibernationOptions')),
  IamInstanceProfile: { type: 'String' },
  ImageId: replaced('String'),
  InstanceInitiatedShutdownBehavior: { type: 'String' },
  InstanceType: { type: 'String' },
  Ipv6AddressCount: replaced('Integer'),
  Ipv6Addresses: replaced(ofRun('Ipv6Addresses')),
  KeyName: replaced('String'),
  LaunchTemplate: replaced(ofRun('LaunchTemplate')),
  MetadataOptions: { type: ofRun('MetadataOptions') },
  Monitoring: { type: 'Boolean' },
  NetworkInterfaces: replaced(networkInterfaces),
  PlacementGroupName: replaced('String'),
  PrivateDnsNameOptions: { type: ofRun('PrivateDnsNameOptions') },
  PrivateIpAddress: replaced('String'),
  PropagateTagsToVolumeOnCreation: { type: 'Boolean' },
  SecurityGroupIds: { type: strings },
  SecurityGroups: replaced(strings),
  SourceDestCheck: { type: 'Boolean' },
  SubnetId: replaced('String'),
  Tags: TAGS,
  Tenancy: { type: 'String', change: 'refused' },
  UserData: { type: 'String' },
  Volumes: {
    type: {
      list: {
        object: {
          Device: { type: 'String', required: true },
          VolumeId: { type: 'String', required: true },
        },
      },
    },
  },
};

export const UNSERVED_INSTANCE_PROPERTIES = [
  'AdditionalInfo',
  'Affinity',
  'ElasticGpuSpecifications',
  'ElasticInferenceAccelerators',
  'HostId',
  'HostResourceGroupArn',
  'KernelId',
  'LicenseSpecifications',
  'RamdiskId',
  'SsmAssociations',
];

/** Properties that go to RunInstances as they are. */
const SAME = [
  'BlockDeviceMappings',
  'CpuOptions',
  'DisableApiTermination',
  'EbsOptimized',
  'EnclaveOptions',
  'HibernationOptions',
  'ImageId',
  'InstanceInitiatedShutdownBehavior',
  'InstanceType',
  'Ipv6AddressCount',
  'Ipv6Addresses',
  'KeyName',
  'LaunchTemplate',
  'MetadataOptions',
  'PrivateDnsNameOptions',
  'PrivateIpAddress',
  'SecurityGroupIds',
  'SecurityGroups',
  'SubnetId',
  'UserData',
];

export function runRequest({ token }: ResourceContext, properties: JsonObject): RunInstancesRequest {
  const { Monitoring, IamInstanceProfile, CreditSpecification } = properties;
  const same = Object.fromEntries(Object.entries(properties).filter(([name]) => SAME.includes(name)));
  const interfaces = properties.NetworkInterfaces as readonly JsonObject[] | undefined;
  return {
    ...(same as Partial<RunInstancesRequest>),
    MinCount: 1,
    MaxCount: 1,
    ClientToken: token,
    Placement: placementOf(properties),
    Monitoring: Monitoring === undefined ? undefined : { Enabled: Monitoring === true },
    IamInstanceProfile: IamInstanceProfile === undefined ? undefined : { Name: IamInstanceProfile as string },
    CreditSpecification: isObject(CreditSpecification)
      ? { CpuCredits: CreditSpecification.CPUCredits as string }
      : undefined,
    NetworkInterfaces: interfaces?.map(({ GroupSet, ...rest }) => ({
      ...rest,
      Groups: GroupSet as string[],
    })),
    TagSpecifications: tagSpecifications(properties),
  };
}

function placementOf({ AvailabilityZone, PlacementGroupName: GroupName, Tenancy }: JsonObject) {
  const placement = { AvailabilityZone, GroupName, Tenancy };
  return Object.values(placement).some((each) => each !== undefined)
    ? (placement as unknown as RunInstancesRequest['Placement'])
    : undefined;
}

function tagSpecifications(properties: JsonObject): TagSpecification[] {
  const tags = tagsOf(properties);
  const types = properties.PropagateTagsToVolumeOnCreation === true ? ['instance', 'volume'] : ['instance'];
  return types.map((type) => ({ ResourceType: type as 'instance', Tags: tags }));
}
