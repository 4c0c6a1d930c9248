/**
 * Connections and the API destinations that use them
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-connection.html,
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-apidestination.html).
 */
import type {
  CreateApiDestinationRequest,
  CreateConnectionRequest,
} from '../../../shapes/generated/events.ts';
import { ofInput } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { takenAway } from './taken-away.ts';

const MAX_NAME = 64;

const nameOf = ({ physicalName }: ResourceContext, given: unknown): string =>
  (given as string | undefined) ?? physicalName(MAX_NAME);

/** The ARN without what is random in it. */
const forPolicy = (arn: string): string => arn.slice(0, arn.lastIndexOf('/'));

const ofConnection = (member: string) => ofInput('events', 'CreateConnection', member);

export const connection: ResourceType = {
  name: 'AWS::Events::Connection',
  nameProperty: 'Name',
  properties: {
    AuthorizationType: { type: ofConnection('AuthorizationType') },
    AuthParameters: { type: ofConnection('AuthParameters') },
    Description: { type: 'String' },
    Name: { type: 'String', change: 'replacement' },
  },
  unserved: ['InvocationConnectivityParameters', 'KmsKeyIdentifier'],
  unservedAttributes: [
    'AuthParameters.ConnectivityParameters.ResourceParameters.ResourceAssociationArn',
    'InvocationConnectivityParameters.ResourceParameters.ResourceAssociationArn',
  ],
  attributes: ['Arn', 'ArnForPolicy', 'SecretArn'],

  async create(ctx, properties) {
    const Name = nameOf(ctx, properties.Name);
    await ctx.call('events', 'CreateConnection', {
      ...properties,
      Name,
    } as unknown as CreateConnectionRequest);
    return Name;
  },

  async read({ call }, { physicalId: Name }) {
    const { ConnectionArn: Arn = '', SecretArn = '' } = await call('events', 'DescribeConnection', { Name });
    return { Arn, ArnForPolicy: forPolicy(Arn), SecretArn };
  },

  async update({ call }, { physicalId: Name, properties: from }, { Name: _name, ...to }) {
    await call('events', 'UpdateConnection', { ...to, ...takenAway(from, to, { Description: '' }), Name });
  },

  async delete({ call }, { physicalId: Name }) {
    await call('events', 'DeleteConnection', { Name });
  },
};

export const apiDestination: ResourceType = {
  name: 'AWS::Events::ApiDestination',
  nameProperty: 'Name',
  properties: {
    ConnectionArn: { type: 'String', required: true },
    Description: { type: 'String' },
    HttpMethod: { type: 'String', required: true },
    InvocationEndpoint: { type: 'String', required: true },
    InvocationRateLimitPerSecond: { type: 'Integer' },
    Name: { type: 'String', change: 'replacement' },
  },
  attributes: ['Arn', 'ArnForPolicy'],

  async create(ctx, properties) {
    const Name = nameOf(ctx, properties.Name);
    const request = { ...properties, Name } as unknown as CreateApiDestinationRequest;
    await ctx.call('events', 'CreateApiDestination', request);
    return Name;
  },

  async read({ call }, { physicalId: Name }) {
    const { ApiDestinationArn: Arn = '' } = await call('events', 'DescribeApiDestination', { Name });
    return { Arn, ArnForPolicy: forPolicy(Arn) };
  },

  async update({ call }, { physicalId: Name, properties: from }, { Name: _name, ...to }) {
    await call('events', 'UpdateApiDestination', {
      ...to,
      ...takenAway(from, to, { Description: '', InvocationRateLimitPerSecond: 300 }),
      Name,
    });
  },

  async delete({ call }, { physicalId: Name }) {
    await call('events', 'DeleteApiDestination', { Name });
  },
};
