/** Shares an image, or changes its description: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyImageAttribute.html */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ModifyImageAttributeRequest } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { attributeConditions } from '../resource/attribute-conditions.ts';
import { auditedPermissions } from '../resource/audited-permissions.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { onlyAttribute } from '../resource/only-attribute.ts';
import { imageKind, images } from './image.ts';
import {
  auditedPermission,
  type PermissionChange,
  permissionChange,
  requireCanShare,
  withPermissions,
} from './image-permission.ts';
import type { ImageRecord } from './image-record.ts';

interface Change {
  readonly permission?: PermissionChange;
  readonly description?: string;
  readonly imdsSupport?: string;
}

export default ec2.operation('ModifyImageAttribute', {
  unserved: ['ProductCodes'],
  async checks(context, input) {
    const change = changeOf(input);
    const conditions = () =>
      attributeConditions({
        LaunchPermission: change.permission && '',
        Description: change.description,
        ImdsSupport: change.imdsSupport,
      });
    const image = await ownResourceCheck(
      context,
      imageKind,
      'ec2:ModifyImageAttribute',
      input.ImageId,
      conditions,
    );
    return { image };
  },
  async preconditions(context, input, { image: { record } }) {
    const { permission } = changeOf(input);
    if (permission) await requireCanShare(context.tx, record, permission);
  },
  execute(context, input, { image: { record } }) {
    const { permission, ...change } = changeOf(input);
    const changed: ImageRecord = {
      ...(permission ? withPermissions(record, permission) : record),
      ...change,
    };
    context.tx.put(images, changed);
    return {};
  },
  audit: {
    requestParameters: (input) => ({ imageId: input.ImageId, ...auditedChange(changeOf(input)) }),
  },
});

function auditedChange({ permission, ...values }: Change): object {
  if (permission)
    return {
      launchPermission: auditedPermissions(permission, auditedPermission),
      attributeType: 'launchPermission',
    };
  const named = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(named.map(([name, value]) => [name, { value }]));
}

function changeOf(input: ModifyImageAttributeRequest): Change {
  const permission = permissionChange(input);
  const description =
    input.Description?.Value ?? (input.Attribute === 'description' ? (input.Value ?? '') : undefined);
  const imdsSupport =
    input.ImdsSupport?.Value ?? (input.Attribute === 'imdsSupport' ? input.Value : undefined);
  if (imdsSupport !== undefined && imdsSupport !== 'v2.0') {
    throw new AwsError('InvalidParameterValue', `Invalid value '${imdsSupport}' for imdsSupport.`);
  }
  const asked = Object.entries({ launchPermission: permission, description, imdsSupport });
  onlyAttribute(asked.flatMap(([name, value]) => (value === undefined ? [] : name)));
  if (permission) return { permission };
  return description === undefined ? { imdsSupport } : { description };
}
