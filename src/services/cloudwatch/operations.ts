// Made by "npm run operations" of what the folders hold.
import type { Operation } from '../../invoke/operation.ts';
import DeleteAlarms from './alarm/DeleteAlarms.ts';
import DescribeAlarms from './alarm/DescribeAlarms.ts';
import DescribeAlarmsForMetric from './alarm/DescribeAlarmsForMetric.ts';
import DisableAlarmActions from './alarm/DisableAlarmActions.ts';
import EnableAlarmActions from './alarm/EnableAlarmActions.ts';
import PutCompositeAlarm from './alarm/PutCompositeAlarm.ts';
import PutMetricAlarm from './alarm/PutMetricAlarm.ts';
import DeleteDashboards from './dashboard/DeleteDashboards.ts';
import GetDashboard from './dashboard/GetDashboard.ts';
import ListDashboards from './dashboard/ListDashboards.ts';
import PutDashboard from './dashboard/PutDashboard.ts';
import DescribeAlarmHistory from './history/DescribeAlarmHistory.ts';
import SetAlarmState from './state/SetAlarmState.ts';
import ListTagsForResource from './tag/ListTagsForResource.ts';
import TagResource from './tag/TagResource.ts';
import UntagResource from './tag/UntagResource.ts';

export const operations: readonly Operation[] = [
  DeleteAlarms,
  DeleteDashboards,
  DescribeAlarmHistory,
  DescribeAlarms,
  DescribeAlarmsForMetric,
  DisableAlarmActions,
  EnableAlarmActions,
  GetDashboard,
  ListDashboards,
  ListTagsForResource,
  PutCompositeAlarm,
  PutDashboard,
  PutMetricAlarm,
  SetAlarmState,
  TagResource,
  UntagResource,
];
