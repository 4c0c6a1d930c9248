/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-accesskey.html */
import type { ResourceType } from './resource-type.ts';

export const accessKey: ResourceType = {
  name: 'AWS::IAM::AccessKey',
  properties: {
    Serial: { type: 'Integer', change: 'replacement' },
    Status: { type: 'String' },
    UserName: { type: 'String', required: true, change: 'replacement' },
  },
  attributes: ['Id', 'SecretAccessKey'],
  secretAttributes: ['SecretAccessKey'],

  async create({ call }, properties) {
    const { AccessKey: key } = await call('iam', 'CreateAccessKey', {
      UserName: properties.UserName as string,
    });
    return {
      physicalId: key.AccessKeyId,
      made: { ...properties, Status: 'Active' },
      attributes: { Id: key.AccessKeyId, SecretAccessKey: key.SecretAccessKey },
    };
  },

  async update({ call }, { physicalId: AccessKeyId }, { UserName, Status = 'Active' }) {
    await call('iam', 'UpdateAccessKey', {
      AccessKeyId,
      UserName: UserName as string,
      Status: Status as 'Active' | 'Inactive',
    });
  },

  async delete({ call }, { physicalId: AccessKeyId, properties }) {
    await call('iam', 'DeleteAccessKey', { AccessKeyId, UserName: properties.UserName as string });
  },
};
