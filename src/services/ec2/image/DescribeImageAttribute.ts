/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImageAttribute.html */
import { AwsError } from '../../../aws/aws-error.ts';
import type { DescribeImageAttributeRequest, ImageAttribute } from '../../../shapes/generated/ec2.ts';
import { ec2 } from '../ec2.ts';
import { ownResourceCheck } from '../resource/kind.ts';
import { imageKind } from './image.ts';
import { protectionOf } from './image-life.ts';
import { showPermissions } from './image-permission.ts';
import type { ImageRecord } from './image-record.ts';

type Attribute = DescribeImageAttributeRequest['Attribute'];

const ATTRIBUTES: Readonly<Record<Attribute, (image: ImageRecord, nowMs: number) => ImageAttribute>> = {
  // EC2 refuses this one to everybody, and shows the mapping in DescribeImages.
  blockDeviceMapping: () => {
    throw new AwsError('AuthFailure', 'Unauthorized attempt to access restricted resource', 403);
  },
  bootMode: ({ bootMode }) => ({ BootMode: { Value: bootMode } }),
  deregistrationProtection: (image, nowMs) => ({
    DeregistrationProtection: { Value: protectionOf(image, nowMs) },
  }),
  description: ({ description }) => ({ Description: { Value: description } }),
  imdsSupport: ({ imdsSupport }) => ({ ImdsSupport: { Value: imdsSupport } }),
  kernel: () => ({ KernelId: {} }),
  lastLaunchedTime: () => ({ LastLaunchedTime: {} }),
  launchPermission: (image) => ({ LaunchPermissions: showPermissions(image) }),
  productCodes: () => ({ ProductCodes: [] }),
  ramdisk: () => ({ RamdiskId: {} }),
  sriovNetSupport: () => ({ SriovNetSupport: { Value: 'simple' } }),
  tpmSupport: ({ tpmSupport }) => ({ TpmSupport: { Value: tpmSupport } }),
  uefiData: () => ({ UefiData: {} }),
};

export default ec2.operation('DescribeImageAttribute', {
  readOnly: true,
  dryRunFirst: true,
  async checks(context, input) {
    return {
      image: await ownResourceCheck(context, imageKind, 'ec2:DescribeImageAttribute', input.ImageId),
    };
  },
  execute: ({ nowMs }, input, { image: { record } }) => ({
    ImageId: record.id,
    ...ATTRIBUTES[input.Attribute](record, nowMs),
  }),
});
