// Made by "npm run operations" of what the folders hold.
import type { Operation } from '../../invoke/operation.ts';
import LabelParameterVersion from './label/LabelParameterVersion.ts';
import UnlabelParameterVersion from './label/UnlabelParameterVersion.ts';
import DeleteParameter from './parameter/DeleteParameter.ts';
import DeleteParameters from './parameter/DeleteParameters.ts';
import DescribeParameters from './parameter/DescribeParameters.ts';
import GetParameter from './parameter/GetParameter.ts';
import GetParameterHistory from './parameter/GetParameterHistory.ts';
import GetParameters from './parameter/GetParameters.ts';
import GetParametersByPath from './parameter/GetParametersByPath.ts';
import PutParameter from './parameter/PutParameter.ts';
import AddTagsToResource from './tag/AddTagsToResource.ts';
import ListTagsForResource from './tag/ListTagsForResource.ts';
import RemoveTagsFromResource from './tag/RemoveTagsFromResource.ts';

export const operations: readonly Operation[] = [
  AddTagsToResource,
  DeleteParameter,
  DeleteParameters,
  DescribeParameters,
  GetParameter,
  GetParameterHistory,
  GetParameters,
  GetParametersByPath,
  LabelParameterVersion,
  ListTagsForResource,
  PutParameter,
  RemoveTagsFromResource,
  UnlabelParameterVersion,
];
