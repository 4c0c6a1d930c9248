/** Instances, volumes, snapshots and groups, as the calls that made and changed them are recorded. */
import { asText } from '../../../aws/as-text.ts';
import type { KeptEvent } from '../use.ts';
import {
  ATTACHED,
  type Change,
  EXISTENCE,
  listOf,
  members,
  type Parameters,
  type Reader,
  type Readers,
  tagName,
  text,
} from './change.ts';

/** Of what has no ARN of its own in the records. */
const placeOwner = ({ recipientAccountId = '', awsRegion = '' }: KeptEvent, name: string): string =>
  `${recipientAccountId}/${awsRegion}:${name}`;

const items = (set: unknown): readonly Parameters[] => listOf(members(set).items);
const made = (owner: string | undefined): Change[] =>
  owner === undefined ? [] : [{ owner, what: EXISTENCE, value: ATTACHED, isNew: true }];
const ended = (owner: string | undefined): Change[] =>
  owner === undefined ? [] : [{ owner, what: EXISTENCE, value: null, isEnd: true }];

const madeBy =
  (member: string): Reader =>
  (_parameters, { responseElements }) =>
    made(text(members(responseElements)[member]));

const instances =
  (change: (owner: string) => readonly Change[]): Reader =>
  (_parameters, { responseElements }) =>
    items(members(responseElements).instancesSet).flatMap(({ instanceId }) =>
      text(instanceId) === undefined ? [] : change(asText(instanceId)),
    );

const state = (value: string) => instances((owner) => [{ owner, what: 'state', value }]);

const attachment =
  (value: string | null): Reader =>
  ({ volumeId, instanceId }) =>
    text(volumeId) === undefined
      ? []
      : [{ owner: asText(volumeId), what: `attachment to ${instanceId}`, value }];

/** Each tag of each resource. */
const tags =
  (value: (tag: Parameters) => string | null): Reader =>
  ({ resourcesSet, tagSet }) =>
    items(resourcesSet).flatMap(({ resourceId }) =>
      items(tagSet).map((tag) => ({
        owner: asText(resourceId),
        what: tagName(tag.key),
        value: value(tag),
      })),
    );

/** `all` stands for everybody. */
const sharing: Reader = ({ snapshotId, createVolumePermission }) => {
  const { add, remove } = members(createVolumePermission);
  const changed = (set: unknown, value: string | null): Change[] =>
    items(set).map(({ userId, group }) => ({
      owner: asText(snapshotId),
      what: `sharing with ${userId ?? group}`,
      value,
    }));
  return [...changed(add, ATTACHED), ...changed(remove, null)];
};

const encryption =
  (what: string, value: (event: KeptEvent) => string | null | undefined): Reader =>
  (_parameters, event) => [{ owner: placeOwner(event, 'ebs'), what, value: value(event) }];

const defaultKey = ({ responseElements }: KeptEvent): string | undefined => {
  const inner = members(responseElements);
  const answered = members(inner.ModifyEbsDefaultKmsKeyIdResponse ?? inner);
  return text(answered.kmsKeyId);
};

/** Younger operations have a name around all of a request (`CreateLaunchTemplateRequest`), and of an answer. */
const asked = (parameters: Parameters, { eventName = '' }: KeptEvent): Parameters =>
  members(parameters[`${eventName}Request`] ?? parameters);
const answered = ({ responseElements, eventName = '' }: KeptEvent): Parameters => {
  const all = members(responseElements);
  return members(all[`${eventName}Response`] ?? all);
};

/** By the id within a member of the answer. */
const answeredId = (event: KeptEvent, member: string, id: string) =>
  text(members(answered(event)[member])[id]);

const endpointPolicy: Reader = (parameters, event) => {
  const { VpcEndpointId, PolicyDocument } = asked(parameters, event);
  const [owner, value] = [text(VpcEndpointId), text(PolicyDocument)];
  return owner === undefined || value === undefined ? [] : [{ owner, what: 'policy', value }];
};

/** In the form of XML, which has one for a list of one. */
const endpointsNamed = (parameters: Parameters): string[] =>
  JSON.stringify(parameters).match(/vpce-[0-9a-f]+/g) ?? [];

const templateVersion: Reader = (_parameters, event) => {
  const { launchTemplateId, versionNumber } = members(answered(event).launchTemplateVersion);
  const owner = text(launchTemplateId);
  return owner === undefined ? [] : [{ owner, what: `version ${versionNumber}`, value: ATTACHED }];
};

export const EC2_CHANGES: Readers = {
  RunInstances: instances((owner) => [
    { owner, what: EXISTENCE, value: ATTACHED, isNew: true },
    { owner, what: 'state', value: 'pending' },
  ]),
  StartInstances: state('pending'),
  StopInstances: state('stopping'),
  TerminateInstances: state('shutting-down'),
  CreateVolume: madeBy('volumeId'),
  AttachVolume: attachment(ATTACHED),
  DetachVolume: attachment(null),
  DeleteVolume: ({ volumeId }) => ended(text(volumeId)),
  CreateSnapshot: madeBy('snapshotId'),
  CopySnapshot: madeBy('snapshotId'),
  DeleteSnapshot: ({ snapshotId }) => ended(text(snapshotId)),
  ModifySnapshotAttribute: sharing,
  CreateVpcEndpoint: (_parameters, event) => made(answeredId(event, 'vpcEndpoint', 'vpcEndpointId')),
  ModifyVpcEndpoint: endpointPolicy,
  DeleteVpcEndpoints: (parameters) => endpointsNamed(parameters).flatMap(ended),
  CreateLaunchTemplate: (_parameters, event) =>
    made(answeredId(event, 'launchTemplate', 'launchTemplateId')).flatMap((change) => [
      change,
      { owner: change.owner, what: 'version 1', value: ATTACHED },
    ]),
  CreateLaunchTemplateVersion: templateVersion,
  ModifyLaunchTemplate: (_parameters, event) => {
    const { launchTemplateId, defaultVersionNumber } = members(answered(event).launchTemplate);
    const owner = text(launchTemplateId);
    return owner === undefined ? [] : [{ owner, what: 'default version', value: `${defaultVersionNumber}` }];
  },
  DeleteLaunchTemplate: (_parameters, event) =>
    ended(answeredId(event, 'launchTemplate', 'launchTemplateId')),
  CreateTags: tags(({ value }) => text(value) ?? ''),
  DeleteTags: tags(() => null),
  EnableEbsEncryptionByDefault: encryption('encryption by default', () => 'true'),
  DisableEbsEncryptionByDefault: encryption('encryption by default', () => 'false'),
  ModifyEbsDefaultKmsKeyId: encryption('default key', defaultKey),
  ResetEbsDefaultKmsKeyId: encryption('default key', () => 'alias/aws/ebs'),
};

/** Member by member, as an update names some of them. */
const settings =
  (noun: string, member: string, isNew: boolean): Reader =>
  ({ [member]: name, ...others }, event) => {
    if (text(name) === undefined) return [];
    const owner = placeOwner(event, `${noun}/${name}`);
    const named = Object.entries({ ...others, [member]: name });
    return [
      ...(isNew ? made(owner) : []),
      ...named.map(([what, value]) => ({ owner, what: `member ${what}`, value: JSON.stringify(value) })),
    ];
  };

const endOf =
  (noun: string, member: string): Reader =>
  (parameters, event) =>
    ended(text(parameters[member]) && placeOwner(event, `${noun}/${parameters[member]}`));

export const GROUP = 'group';
export const LAUNCH_CONFIGURATION = 'launch-configuration';

export const AUTOSCALING_CHANGES: Readers = {
  CreateAutoScalingGroup: settings(GROUP, 'autoScalingGroupName', true),
  UpdateAutoScalingGroup: settings(GROUP, 'autoScalingGroupName', false),
  DeleteAutoScalingGroup: endOf(GROUP, 'autoScalingGroupName'),
  CreateLaunchConfiguration: settings(LAUNCH_CONFIGURATION, 'launchConfigurationName', true),
  DeleteLaunchConfiguration: endOf(LAUNCH_CONFIGURATION, 'launchConfigurationName'),
};

/** Auto Scaling tags what it launches with the name of its group, which is nowhere else in the records of a launch. */
export function groupsIn({ requestParameters }: KeptEvent): string[] {
  const { autoScalingGroupName, tagSpecificationSet } = members(requestParameters);
  const tags = items(tagSpecificationSet).flatMap(({ tags }) => listOf(tags));
  const launched = tags.filter(({ key }) => key === 'aws:autoscaling:groupName').map(({ value }) => value);
  return [autoScalingGroupName, ...launched].flatMap((name) => text(name) ?? []);
}
