// Made by "npm run operations" of what the folders hold.
import type { Operation } from '../../invoke/operation.ts';
import CreateApiDestination from './api-destination/CreateApiDestination.ts';
import DeleteApiDestination from './api-destination/DeleteApiDestination.ts';
import DescribeApiDestination from './api-destination/DescribeApiDestination.ts';
import ListApiDestinations from './api-destination/ListApiDestinations.ts';
import UpdateApiDestination from './api-destination/UpdateApiDestination.ts';
import CreateArchive from './archive/CreateArchive.ts';
import DeleteArchive from './archive/DeleteArchive.ts';
import DescribeArchive from './archive/DescribeArchive.ts';
import ListArchives from './archive/ListArchives.ts';
import UpdateArchive from './archive/UpdateArchive.ts';
import CreateEventBus from './bus/CreateEventBus.ts';
import DeleteEventBus from './bus/DeleteEventBus.ts';
import DescribeEventBus from './bus/DescribeEventBus.ts';
import ListEventBuses from './bus/ListEventBuses.ts';
import PutPermission from './bus/PutPermission.ts';
import RemovePermission from './bus/RemovePermission.ts';
import UpdateEventBus from './bus/UpdateEventBus.ts';
import CreateConnection from './connection/CreateConnection.ts';
import DeauthorizeConnection from './connection/DeauthorizeConnection.ts';
import DeleteConnection from './connection/DeleteConnection.ts';
import DescribeConnection from './connection/DescribeConnection.ts';
import ListConnections from './connection/ListConnections.ts';
import UpdateConnection from './connection/UpdateConnection.ts';
import PutEvents from './event/PutEvents.ts';
import TestEventPattern from './pattern/TestEventPattern.ts';
import CancelReplay from './replay/CancelReplay.ts';
import DescribeReplay from './replay/DescribeReplay.ts';
import ListReplays from './replay/ListReplays.ts';
import StartReplay from './replay/StartReplay.ts';
import ListTargetsByRule from './rule-target/ListTargetsByRule.ts';
import PutTargets from './rule-target/PutTargets.ts';
import RemoveTargets from './rule-target/RemoveTargets.ts';
import DeleteRule from './rule/DeleteRule.ts';
import DescribeRule from './rule/DescribeRule.ts';
import DisableRule from './rule/DisableRule.ts';
import EnableRule from './rule/EnableRule.ts';
import ListRuleNamesByTarget from './rule/ListRuleNamesByTarget.ts';
import ListRules from './rule/ListRules.ts';
import PutRule from './rule/PutRule.ts';
import ListTagsForResource from './tag/ListTagsForResource.ts';
import TagResource from './tag/TagResource.ts';
import UntagResource from './tag/UntagResource.ts';

export const operations: readonly Operation[] = [
  CancelReplay,
  CreateApiDestination,
  CreateArchive,
  CreateConnection,
  CreateEventBus,
  DeauthorizeConnection,
  DeleteApiDestination,
  DeleteArchive,
  DeleteConnection,
  DeleteEventBus,
  DeleteRule,
  DescribeApiDestination,
  DescribeArchive,
  DescribeConnection,
  DescribeEventBus,
  DescribeReplay,
  DescribeRule,
  DisableRule,
  EnableRule,
  ListApiDestinations,
  ListArchives,
  ListConnections,
  ListEventBuses,
  ListReplays,
  ListRuleNamesByTarget,
  ListRules,
  ListTagsForResource,
  ListTargetsByRule,
  PutEvents,
  PutPermission,
  PutRule,
  PutTargets,
  RemovePermission,
  RemoveTargets,
  StartReplay,
  TagResource,
  TestEventPattern,
  UntagResource,
  UpdateApiDestination,
  UpdateArchive,
  UpdateConnection,
  UpdateEventBus,
];
