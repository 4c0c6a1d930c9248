/** What the CDK puts into each stack to be counted: there is nothing behind it, on AWS neither. */
import type { ResourceType } from './resource-type.ts';

export const cdkMetadata: ResourceType = {
  name: 'AWS::CDK::Metadata',
  properties: { Analytics: { type: 'String' }, Modules: { type: 'String' } },
  attributes: [],
  create: async (ctx) => ctx.token,
  update: async () => {},
  delete: async () => {},
};
