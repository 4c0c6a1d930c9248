/** What of EC2's own descriptions is taken over, by whatever tool they were saved: times are text or numbers. */
import type {
  Image,
  Instance,
  LaunchTemplate,
  LaunchTemplateVersion,
  Reservation,
  Snapshot,
  Volume,
  VolumeAttachment,
} from '../../../shapes/generated/ec2.ts';
import type { Tag } from '../resource/tag.ts';

type With<T, Times extends keyof T, Id extends string> = Omit<T, Times | Id | 'Tags'> & {
  readonly [K in Times]?: unknown;
} & { readonly [K in Id]: string } & { readonly Tags?: readonly Tag[] };

export type DescribedVolume = With<Volume, 'CreateTime' | 'Attachments', 'VolumeId'> & {
  readonly Attachments?: readonly (Omit<VolumeAttachment, 'AttachTime'> & {
    readonly AttachTime?: unknown;
  })[];
};
export type DescribedSnapshot = With<
  Snapshot,
  'StartTime' | 'CompletionTime' | 'RestoreExpiryTime',
  'SnapshotId'
>;
export type DescribedImage = With<Image, 'CreationDate', 'ImageId'>;
export type DescribedInstance = With<Instance, 'LaunchTime', 'InstanceId'>;
export type DescribedReservation = Pick<Reservation, 'ReservationId'> & {
  readonly Instances?: readonly DescribedInstance[];
};
export type DescribedTemplate = With<LaunchTemplate, 'CreateTime', 'LaunchTemplateId'>;
export type DescribedTemplateVersion = With<LaunchTemplateVersion, 'CreateTime', 'LaunchTemplateId'>;

export const tagsOf = (tags: readonly Partial<Tag>[] = []): readonly Tag[] =>
  tags.map(({ Key = '', Value = '' }) => ({ Key, Value }));
