/** A resource of a stack, as the operations that describe and list it show it. */
import type { StackResource, StackResourceSummary } from '../../../shapes/generated/cloudformation.ts';
import { type StackRecord, stackArn } from './stack.ts';
import type { StackResourceRecord } from './stack-resource.ts';

const NOT_CHECKED = { StackResourceDriftStatus: 'NOT_CHECKED' };

export function showStackResource(stack: StackRecord, row: StackResourceRecord): StackResource {
  return {
    StackName: stack.name,
    StackId: stackArn(stack),
    LogicalResourceId: row.logicalId,
    PhysicalResourceId: row.physicalId,
    ResourceType: row.type,
    Timestamp: row.changedAtMs,
    ResourceStatus: row.status as string,
    ResourceStatusReason: row.statusReason,
    DriftInformation: NOT_CHECKED,
  };
}

export function summarizeStackResource(row: StackResourceRecord): StackResourceSummary {
  return {
    LogicalResourceId: row.logicalId,
    PhysicalResourceId: row.physicalId,
    ResourceType: row.type,
    LastUpdatedTimestamp: row.changedAtMs,
    ResourceStatus: row.status as string,
    ResourceStatusReason: row.statusReason,
    DriftInformation: NOT_CHECKED,
  };
}
