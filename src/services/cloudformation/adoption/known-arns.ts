/**
 * What resources give that Latchkey does not serve, as far as it follows from their physical ids: their ARNs stand in policies
 * everywhere. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html, the
 * return values of each type
 */
import { formatArn, lastPart } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { Attributes } from '../resource-type/resource-type.ts';

type Given = (id: string, scope: Scope) => Attributes;

/** Of a service whose ARNs have account and Region. */
const arnOf =
  (service: string, prefix: string): Given =>
  (id, scope) => ({ Arn: formatArn({ service, ...scope, resource: `${prefix}${id}` }) });

const KNOWN: Readonly<Record<string, Given>> = {
  'AWS::DynamoDB::Table': arnOf('dynamodb', 'table/'),
  'AWS::ECR::Repository': arnOf('ecr', 'repository/'),
  'AWS::ECS::Cluster': arnOf('ecs', 'cluster/'),
  'AWS::Lambda::Function': arnOf('lambda', 'function:'),
  'AWS::S3::Bucket': (id) => ({ Arn: formatArn({ service: 's3', region: '', account: '', resource: id }) }),
  'AWS::SNS::Topic': (id) => ({ TopicArn: id, TopicName: lastPart(id) }),
  'AWS::SQS::Queue': (id, scope) => ({
    ...arnOf('sqs', '')(lastPart(id), scope),
    QueueName: lastPart(id),
    QueueUrl: id,
  }),
  'AWS::SecretsManager::Secret': (id) => ({ Id: id }),
  'AWS::StepFunctions::StateMachine': (id) => ({ Arn: id, Name: lastPart(id) }),
};

export const knownAttributes = (
  type: string,
  physicalId: string | undefined,
  { account, region }: Scope,
): Attributes => (physicalId === undefined ? {} : (KNOWN[type]?.(physicalId, { account, region }) ?? {}));
