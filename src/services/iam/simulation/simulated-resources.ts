/** What the simulator knows of services' resources. */
import { parseArn } from '../../../aws/arn.ts';

/** Whose ARNs the actions of a service work on, for the services that this server has; of others nothing is known. */
const VENDORS: Readonly<Record<string, readonly string[]>> = {
  autoscaling: ['autoscaling'],
  cloudtrail: ['cloudtrail'],
  ebs: ['ec2'],
  ec2: ['ec2'],
  events: ['events'],
  iam: ['iam'],
  kms: ['kms'],
  organizations: ['organizations'],
  s3: ['s3'],
  sts: ['iam', 'sts'],
};

/** What an answer about several resources calls them together. */
const TEMPLATES: Readonly<Record<string, string>> = {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: AWS leaves the placeholders as they are
  ec2: 'arn:aws:ec2:${Region}:${Account}:${ResourceType}/${ResourcePath}',
  iam: 'arn:aws:iam::${Account}:${ResourceType}/${ResourceName}',
  kms: 'arn:aws:kms:${Region}:${Account}:key/${KeyId}',
  s3: 'arn:aws:s3:::${BucketName}/${KeyName}',
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: AWS leaves the placeholders as they are
};

const serviceOf = (action: string) => action.slice(0, action.indexOf(':')).toLowerCase();

export function takesResourcesOf(action: string, resource: string): boolean {
  const vendors = Object.hasOwn(VENDORS, serviceOf(action)) ? VENDORS[serviceOf(action)] : undefined;
  return vendors?.includes(parseArn(resource)?.service ?? '') ?? true;
}

export function resourceTemplate(action: string): string {
  const service = serviceOf(action);
  return (Object.hasOwn(TEMPLATES, service) && TEMPLATES[service]) || '*';
}
