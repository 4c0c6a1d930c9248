/** The call that gives a resource a tag which a policy asks for: each service has one of its own. */
import { type Arn, parseArn } from '../../aws/arn.ts';
import type { ApiCall } from '../../rehearsal/maker.ts';
import { lastSegment } from '../words/names.ts';

export interface FactFix {
  readonly how: string;
  readonly target: string;
  readonly call: ApiCall;
}

/** `aws:ResourceTag/team`, or the same by the service's own name for it. */
const RESOURCE_TAG = /^[a-z0-9]+:resourceTag\/(.+)$/i;

interface Tagging {
  /** `key 1234…` */
  readonly name: string;
  readonly operation: string;
  readonly input: object;
  readonly region?: string;
}

type TaggingOf = (arn: Arn & { readonly text: string }, Key: string, Value: string) => Tagging | undefined;

const BY_SERVICE: Readonly<Record<string, TaggingOf>> = {
  kms: ({ text, resource }, TagKey, TagValue) => ({
    name: `key ${lastSegment(resource)}`,
    operation: 'TagResource',
    input: { KeyId: text, Tags: [{ TagKey, TagValue }] },
  }),
  ec2: ({ resource }, Key, Value) => ({
    name: lastSegment(resource),
    operation: 'CreateTags',
    input: { Resources: [lastSegment(resource)], Tags: [{ Key, Value }] },
  }),
  iam({ resource }, Key, Value) {
    const [, noun, name = ''] = /^(user|role)\/(?:.*\/)?([^/]+)$/.exec(resource) ?? [];
    const Noun = noun === 'user' ? 'User' : 'Role';
    return noun === undefined
      ? undefined
      : {
          name: `${noun} ${name}`,
          operation: `Tag${Noun}`,
          input: { [`${Noun}Name`]: name, Tags: [{ Key, Value }] },
          region: 'us-east-1',
        };
  },
  logs({ text }, key, value) {
    const [resourceArn = '', name = ''] = /^.*:log-group:([^:]+)/.exec(text) ?? [];
    return name === ''
      ? undefined
      : {
          name: `log group ${name}`,
          operation: 'TagResource',
          input: { resourceArn, tags: { [key]: value } },
        };
  },
  ssm({ resource }, Key, Value) {
    const [, path = ''] = /^parameter\/(.+)$/.exec(resource) ?? [];
    // The name of one in a hierarchy begins with a slash, of which its ARN has only one.
    const ResourceId = path.includes('/') ? `/${path}` : path;
    return path === ''
      ? undefined
      : {
          name: `parameter ${ResourceId}`,
          operation: 'AddTagsToResource',
          input: { ResourceType: 'Parameter', ResourceId, Tags: [{ Key, Value }] },
        };
  },
  events: ({ text, resource }, Key, Value) => ({
    name: resource,
    operation: 'TagResource',
    input: { ResourceARN: text, Tags: [{ Key, Value }] },
  }),
};

/** Undefined for another condition key, and for what is not there yet. */
export function resourceTag(key: string, Value: string, resource: string): FactFix | undefined {
  const [, Key] = RESOURCE_TAG.exec(key) ?? [];
  const arn = parseArn(resource);
  if (Key === undefined || !arn || arn.resource.endsWith('/*')) return undefined;
  const tagging = BY_SERVICE[arn.service]?.({ ...arn, text: resource }, Key, Value);
  if (!tagging) return undefined;
  const { name, operation, input, region = arn.region } = tagging;
  const call: ApiCall = { account: arn.account, region, service: arn.service, operation, input };
  return { how: `Tag ${name} with ${Key}="${Value}"`, target: resource, call };
}
