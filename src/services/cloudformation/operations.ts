// Made by "npm run operations" of what the folders hold.
import type { Operation } from '../../invoke/operation.ts';
import CreateChangeSet from './change-set/CreateChangeSet.ts';
import DeleteChangeSet from './change-set/DeleteChangeSet.ts';
import DescribeChangeSet from './change-set/DescribeChangeSet.ts';
import ExecuteChangeSet from './change-set/ExecuteChangeSet.ts';
import ListChangeSets from './change-set/ListChangeSets.ts';
import ListExports from './export/ListExports.ts';
import ListImports from './export/ListImports.ts';
import CancelUpdateStack from './stack/CancelUpdateStack.ts';
import ContinueUpdateRollback from './stack/ContinueUpdateRollback.ts';
import CreateStack from './stack/CreateStack.ts';
import DeleteStack from './stack/DeleteStack.ts';
import DescribeEvents from './stack/DescribeEvents.ts';
import DescribeStackEvents from './stack/DescribeStackEvents.ts';
import DescribeStackResource from './stack/DescribeStackResource.ts';
import DescribeStackResources from './stack/DescribeStackResources.ts';
import DescribeStacks from './stack/DescribeStacks.ts';
import GetStackPolicy from './stack/GetStackPolicy.ts';
import ListStackResources from './stack/ListStackResources.ts';
import ListStacks from './stack/ListStacks.ts';
import RollbackStack from './stack/RollbackStack.ts';
import SetStackPolicy from './stack/SetStackPolicy.ts';
import SignalResource from './stack/SignalResource.ts';
import UpdateStack from './stack/UpdateStack.ts';
import UpdateTerminationProtection from './stack/UpdateTerminationProtection.ts';
import GetTemplate from './template/GetTemplate.ts';
import GetTemplateSummary from './template/GetTemplateSummary.ts';
import ValidateTemplate from './template/ValidateTemplate.ts';

export const operations: readonly Operation[] = [
  CancelUpdateStack,
  ContinueUpdateRollback,
  CreateChangeSet,
  CreateStack,
  DeleteChangeSet,
  DeleteStack,
  DescribeChangeSet,
  DescribeEvents,
  DescribeStackEvents,
  DescribeStackResource,
  DescribeStackResources,
  DescribeStacks,
  ExecuteChangeSet,
  GetStackPolicy,
  GetTemplate,
  GetTemplateSummary,
  ListChangeSets,
  ListExports,
  ListImports,
  ListStackResources,
  ListStacks,
  RollbackStack,
  SetStackPolicy,
  SignalResource,
  UpdateStack,
  UpdateTerminationProtection,
  ValidateTemplate,
];
