/** The services whose shapes are known, read from the generated tables on first use. */
import autoscaling from './generated/autoscaling.json' with { type: 'json' };
import awsServices from './generated/aws-services.json' with { type: 'json' };
import cloudformation from './generated/cloudformation.json' with { type: 'json' };
import cloudtrail from './generated/cloudtrail.json' with { type: 'json' };
import cloudwatch from './generated/cloudwatch.json' with { type: 'json' };
import ebs from './generated/ebs.json' with { type: 'json' };
import ec2 from './generated/ec2.json' with { type: 'json' };
import events from './generated/events.json' with { type: 'json' };
import iam from './generated/iam.json' with { type: 'json' };
import type { ServiceOperations } from './generated/index.ts';
import kms from './generated/kms.json' with { type: 'json' };
import logs from './generated/logs.json' with { type: 'json' };
import organizations from './generated/organizations.json' with { type: 'json' };
import ssm from './generated/ssm.json' with { type: 'json' };
import sts from './generated/sts.json' with { type: 'json' };
import { inflate } from './inflate.ts';
import type { ServiceShapes } from './shape.ts';
import type { ServiceTable } from './table.ts';

export type ServiceId = keyof ServiceOperations;

const TABLES: Readonly<Record<ServiceId, unknown>> = {
  kms,
  iam,
  sts,
  ec2,
  ebs,
  cloudtrail,
  organizations,
  autoscaling,
  events,
  cloudformation,
  logs,
  ssm,
  cloudwatch,
};

export const serviceIds = Object.keys(TABLES) as readonly ServiceId[];

const inflated = new Map<string, ServiceShapes>();

export function serviceShapes(id: ServiceId): ServiceShapes;
export function serviceShapes(id: string): ServiceShapes | undefined;
export function serviceShapes(id: string): ServiceShapes | undefined {
  let shapes = inflated.get(id);
  if (!shapes && Object.hasOwn(TABLES, id)) {
    shapes = inflate(TABLES[id as ServiceId] as ServiceTable);
    inflated.set(id, shapes);
  }
  return shapes;
}

const NAMES: Readonly<Record<string, string>> = {
  ...awsServices,
  // Of services whose signing name is no IAM prefix.
  cloudcontrolapi: 'AWS Cloud Control API',
  tagging: 'AWS Resource Groups Tagging API',
};

/** The full name (`Amazon Simple Queue Service`) of any AWS service by its signing name or IAM prefix (`sqs`). */
export function awsServiceName(signingName: string): string | undefined {
  return Object.hasOwn(NAMES, signingName) ? NAMES[signingName] : undefined;
}
