// Made by "npm run operations" of what the folders hold.
import type { Operation } from '../../invoke/operation.ts';
import GetAccessKeyInfo from './caller/GetAccessKeyInfo.ts';
import GetCallerIdentity from './caller/GetCallerIdentity.ts';
import DecodeAuthorizationMessage from './message/DecodeAuthorizationMessage.ts';
import AssumeRole from './session/AssumeRole.ts';
import AssumeRoleWithWebIdentity from './session/AssumeRoleWithWebIdentity.ts';
import GetFederationToken from './session/GetFederationToken.ts';
import GetSessionToken from './session/GetSessionToken.ts';

export const operations: readonly Operation[] = [
  AssumeRole,
  AssumeRoleWithWebIdentity,
  DecodeAuthorizationMessage,
  GetAccessKeyInfo,
  GetCallerIdentity,
  GetFederationToken,
  GetSessionToken,
];
