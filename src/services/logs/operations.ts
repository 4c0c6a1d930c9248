// Made by "npm run operations" of what the folders hold.
import type { Operation } from '../../invoke/operation.ts';
import DeleteAccountPolicy from './account-policy/DeleteAccountPolicy.ts';
import DescribeAccountPolicies from './account-policy/DescribeAccountPolicies.ts';
import PutAccountPolicy from './account-policy/PutAccountPolicy.ts';
import CreateLogAnomalyDetector from './anomaly-detector/CreateLogAnomalyDetector.ts';
import DeleteLogAnomalyDetector from './anomaly-detector/DeleteLogAnomalyDetector.ts';
import GetLogAnomalyDetector from './anomaly-detector/GetLogAnomalyDetector.ts';
import ListLogAnomalyDetectors from './anomaly-detector/ListLogAnomalyDetectors.ts';
import UpdateLogAnomalyDetector from './anomaly-detector/UpdateLogAnomalyDetector.ts';
import DeleteDataProtectionPolicy from './data-protection/DeleteDataProtectionPolicy.ts';
import GetDataProtectionPolicy from './data-protection/GetDataProtectionPolicy.ts';
import PutDataProtectionPolicy from './data-protection/PutDataProtectionPolicy.ts';
import AssociateKmsKey from './encryption/AssociateKmsKey.ts';
import DisassociateKmsKey from './encryption/DisassociateKmsKey.ts';
import FilterLogEvents from './event/FilterLogEvents.ts';
import GetLogEvents from './event/GetLogEvents.ts';
import PutLogEvents from './event/PutLogEvents.ts';
import CreateLogGroup from './group/CreateLogGroup.ts';
import DeleteLogGroup from './group/DeleteLogGroup.ts';
import DescribeLogGroups from './group/DescribeLogGroups.ts';
import DeleteIndexPolicy from './index-policy/DeleteIndexPolicy.ts';
import DescribeIndexPolicies from './index-policy/DescribeIndexPolicies.ts';
import PutIndexPolicy from './index-policy/PutIndexPolicy.ts';
import DeleteMetricFilter from './metric-filter/DeleteMetricFilter.ts';
import DescribeMetricFilters from './metric-filter/DescribeMetricFilters.ts';
import PutMetricFilter from './metric-filter/PutMetricFilter.ts';
import DeleteQueryDefinition from './query-definition/DeleteQueryDefinition.ts';
import DescribeQueryDefinitions from './query-definition/DescribeQueryDefinitions.ts';
import PutQueryDefinition from './query-definition/PutQueryDefinition.ts';
import DeleteResourcePolicy from './resource-policy/DeleteResourcePolicy.ts';
import DescribeResourcePolicies from './resource-policy/DescribeResourcePolicies.ts';
import PutResourcePolicy from './resource-policy/PutResourcePolicy.ts';
import DeleteRetentionPolicy from './retention/DeleteRetentionPolicy.ts';
import PutRetentionPolicy from './retention/PutRetentionPolicy.ts';
import CreateLogStream from './stream/CreateLogStream.ts';
import DeleteLogStream from './stream/DeleteLogStream.ts';
import DescribeLogStreams from './stream/DescribeLogStreams.ts';
import ListTagsForResource from './tag/ListTagsForResource.ts';
import ListTagsLogGroup from './tag/ListTagsLogGroup.ts';
import TagLogGroup from './tag/TagLogGroup.ts';
import TagResource from './tag/TagResource.ts';
import UntagLogGroup from './tag/UntagLogGroup.ts';
import UntagResource from './tag/UntagResource.ts';

export const operations: readonly Operation[] = [
  AssociateKmsKey,
  CreateLogAnomalyDetector,
  CreateLogGroup,
  CreateLogStream,
  DeleteAccountPolicy,
  DeleteDataProtectionPolicy,
  DeleteIndexPolicy,
  DeleteLogAnomalyDetector,
  DeleteLogGroup,
  DeleteLogStream,
  DeleteMetricFilter,
  DeleteQueryDefinition,
  DeleteResourcePolicy,
  DeleteRetentionPolicy,
  DescribeAccountPolicies,
  DescribeIndexPolicies,
  DescribeLogGroups,
  DescribeLogStreams,
  DescribeMetricFilters,
  DescribeQueryDefinitions,
  DescribeResourcePolicies,
  DisassociateKmsKey,
  FilterLogEvents,
  GetDataProtectionPolicy,
  GetLogAnomalyDetector,
  GetLogEvents,
  ListLogAnomalyDetectors,
  ListTagsForResource,
  ListTagsLogGroup,
  PutAccountPolicy,
  PutDataProtectionPolicy,
  PutIndexPolicy,
  PutLogEvents,
  PutMetricFilter,
  PutQueryDefinition,
  PutResourcePolicy,
  PutRetentionPolicy,
  TagLogGroup,
  TagResource,
  UntagLogGroup,
  UntagResource,
  UpdateLogAnomalyDetector,
];
