/**
 * A few of the public images that every region has. They are not stored: ids are derived from region and name, so they
 * are the same on every server. Their root snapshots are unencrypted, and hold no blocks.
 */
import { createHash } from 'node:crypto';
import type { SnapshotRecord } from '../snapshot/snapshot-record.ts';
import type { ImageRecord } from './image-record.ts';

interface PublicImage {
  readonly name: string;
  readonly description: string;
  readonly owner: string;
  readonly ownerAlias?: string;
  readonly architecture: 'x86_64' | 'arm64';
  readonly rootDeviceName: string;
  readonly sizeGiB: number;
  readonly rootType: 'gp2' | 'gp3' | 'standard';
  readonly createdAt: string;
  readonly platform?: 'windows';
  readonly bootMode?: string;
  readonly imdsSupport?: string;
  /** The public parameters whose value it is: it is the newest of its kind. */
  readonly parameters: readonly string[];
}

const AMAZON = '137112412989';
const CANONICAL = '099720109477';
const DEBIAN = '136693071363';
const MICROSOFT_ON_AMAZON = '801119661308';

const linux = { rootDeviceName: '/dev/xvda', sizeGiB: 8 };
const amazonLinux = { owner: AMAZON, ownerAlias: 'amazon', ...linux };

const amazonLinuxParameters = (...names: readonly string[]): string[] =>
  names.map((name) => `/aws/service/ami-amazon-linux-latest/${name}`);

const ubuntu = (release: string, storage: string): string =>
  `/aws/service/canonical/ubuntu/server/${release}/stable/current/amd64/hvm/${storage}/ami-id`;

const CATALOGUE: readonly PublicImage[] = [
  {
    ...amazonLinux,
    name: 'al2023-ami-2023.9.20251014.0-kernel-6.1-x86_64',
    parameters: amazonLinuxParameters('al2023-ami-kernel-default-x86_64', 'al2023-ami-kernel-6.1-x86_64'),
    description: 'Amazon Linux 2023 AMI 2023.9.20251014.0 x86_64 HVM kernel-6.1',
    architecture: 'x86_64',
    rootType: 'gp3',
    createdAt: '2025-10-13T22:05:47.000Z',
    bootMode: 'uefi-preferred',
    imdsSupport: 'v2.0',
  },
  {
    ...amazonLinux,
    name: 'al2023-ami-2023.9.20251014.0-kernel-6.1-arm64',
    parameters: amazonLinuxParameters('al2023-ami-kernel-default-arm64', 'al2023-ami-kernel-6.1-arm64'),
    description: 'Amazon Linux 2023 AMI 2023.9.20251014.0 arm64 HVM kernel-6.1',
    architecture: 'arm64',
    rootType: 'gp3',
    createdAt: '2025-10-13T22:05:49.000Z',
    bootMode: 'uefi',
    imdsSupport: 'v2.0',
  },
  {
    ...amazonLinux,
    name: 'amzn2-ami-hvm-2.0.20251014.0-x86_64-gp2',
    parameters: amazonLinuxParameters('amzn2-ami-hvm-x86_64-gp2'),
    description: 'Amazon Linux 2 AMI 2.0.20251014.0 x86_64 HVM gp2',
    architecture: 'x86_64',
    rootType: 'gp2',
    createdAt: '2025-10-13T23:13:09.000Z',
  },
  {
    ...amazonLinux,
    name: 'amzn2-ami-hvm-2.0.20251014.0-x86_64-ebs',
    parameters: amazonLinuxParameters('amzn2-ami-hvm-x86_64-ebs'),
    description: 'Amazon Linux 2 AMI 2.0.20251014.0 x86_64 HVM ebs',
    architecture: 'x86_64',
    rootType: 'standard',
    createdAt: '2025-10-13T23:13:07.000Z',
  },
  {
    ...amazonLinux,
    name: 'amzn2-ami-hvm-2.0.20251014.0-arm64-gp2',
    parameters: amazonLinuxParameters('amzn2-ami-hvm-arm64-gp2'),
    description: 'Amazon Linux 2 LTS Arm64 AMI 2.0.20251014.0 arm64 HVM gp2',
    architecture: 'arm64',
    rootType: 'gp2',
    createdAt: '2025-10-13T23:13:11.000Z',
    bootMode: 'uefi',
  },
  {
    ...amazonLinux,
    name: 'amzn2-ami-kernel-5.10-hvm-2.0.20251014.0-x86_64-gp2',
    parameters: amazonLinuxParameters('amzn2-ami-kernel-5.10-hvm-x86_64-gp2'),
    description: 'Amazon Linux 2 Kernel 5.10 AMI 2.0.20251014.0 x86_64 HVM gp2',
    architecture: 'x86_64',
    rootType: 'gp2',
    createdAt: '2025-10-13T23:13:12.000Z',
  },
  {
    ...amazonLinux,
    name: 'amzn2-ami-kernel-5.10-hvm-2.0.20251014.0-arm64-gp2',
    parameters: amazonLinuxParameters('amzn2-ami-kernel-5.10-hvm-arm64-gp2'),
    description: 'Amazon Linux 2 LTS Arm64 Kernel 5.10 AMI 2.0.20251014.0 arm64 HVM gp2',
    architecture: 'arm64',
    rootType: 'gp2',
    createdAt: '2025-10-13T23:13:13.000Z',
    bootMode: 'uefi',
  },
  {
    ...amazonLinux,
    name: 'al2023-ami-minimal-2023.9.20251014.0-kernel-6.1-x86_64',
    parameters: amazonLinuxParameters(
      'al2023-ami-minimal-kernel-default-x86_64',
      'al2023-ami-minimal-kernel-6.1-x86_64',
    ),
    description: 'Amazon Linux 2023 AMI 2023.9.20251014.0 x86_64 Minimal HVM kernel-6.1',
    architecture: 'x86_64',
    sizeGiB: 2,
    rootType: 'gp3',
    createdAt: '2025-10-13T22:05:41.000Z',
    bootMode: 'uefi-preferred',
    imdsSupport: 'v2.0',
  },
  {
    ...amazonLinux,
    name: 'al2023-ami-minimal-2023.9.20251014.0-kernel-6.1-arm64',
    parameters: amazonLinuxParameters(
      'al2023-ami-minimal-kernel-default-arm64',
      'al2023-ami-minimal-kernel-6.1-arm64',
    ),
    description: 'Amazon Linux 2023 AMI 2023.9.20251014.0 arm64 Minimal HVM kernel-6.1',
    architecture: 'arm64',
    sizeGiB: 2,
    rootType: 'gp3',
    createdAt: '2025-10-13T22:05:43.000Z',
    bootMode: 'uefi',
    imdsSupport: 'v2.0',
  },
  {
    owner: CANONICAL,
    name: 'ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-amd64-server-20251001',
    parameters: [ubuntu('24.04', 'ebs-gp3')],
    description: 'Canonical, Ubuntu, 24.04, amd64 noble image',
    architecture: 'x86_64',
    rootDeviceName: '/dev/sda1',
    sizeGiB: 8,
    rootType: 'gp3',
    createdAt: '2025-10-01T08:35:23.000Z',
    bootMode: 'uefi-preferred',
    imdsSupport: 'v2.0',
  },
  {
    owner: CANONICAL,
    name: 'ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-20251001',
    parameters: [ubuntu('22.04', 'ebs-gp2')],
    description: 'Canonical, Ubuntu, 22.04 LTS, amd64 jammy image',
    architecture: 'x86_64',
    rootDeviceName: '/dev/sda1',
    sizeGiB: 8,
    rootType: 'gp2',
    createdAt: '2025-10-01T07:12:41.000Z',
    bootMode: 'uefi-preferred',
  },
  {
    ...linux,
    owner: DEBIAN,
    name: 'debian-12-amd64-20251006-2257',
    parameters: [
      '/aws/service/debian/release/12/latest/amd64',
      '/aws/service/debian/release/bookworm/latest/amd64',
    ],
    description: 'Debian 12 (20251006-2257)',
    architecture: 'x86_64',
    rootType: 'gp2',
    createdAt: '2025-10-06T23:12:55.000Z',
    bootMode: 'uefi-preferred',
  },
  {
    owner: MICROSOFT_ON_AMAZON,
    ownerAlias: 'amazon',
    name: 'Windows_Server-2022-English-Full-Base-2025.10.15',
    parameters: ['/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base'],
    description: 'Microsoft Windows Server 2022 Full Locale English AMI provided by Amazon',
    architecture: 'x86_64',
    rootDeviceName: '/dev/sda1',
    sizeGiB: 30,
    rootType: 'gp2',
    createdAt: '2025-10-15T10:22:07.000Z',
    platform: 'windows',
    bootMode: 'uefi',
  },
];

/** By the name of the parameter, the id of the image in the Region. */
export const publicImageParameters = (region: string): ReadonlyMap<string, string> =>
  catalogOf(region).parameters;

interface RegionCatalog {
  readonly parameters: ReadonlyMap<string, string>;
  readonly images: ReadonlyMap<string, ImageRecord>;
  readonly snapshots: ReadonlyMap<string, SnapshotRecord>;
}

const catalogs = new Map<string, RegionCatalog>();

/** Derived once a region. */
function catalogOf(region: string): RegionCatalog {
  let known = catalogs.get(region);
  if (!known) {
    const snapshots = CATALOGUE.map((image) => snapshotOf(region, image));
    const images = CATALOGUE.map((image, index) => imageOf(region, image, snapshots[index]!.id));
    known = {
      images: new Map(images.map((image) => [image.id, image])),
      snapshots: new Map(snapshots.map((snapshot) => [snapshot.id, snapshot])),
      parameters: new Map(
        CATALOGUE.flatMap((image, index) =>
          image.parameters.map((name) => [name, images[index]!.id] as const),
        ),
      ),
    };
    catalogs.set(region, known);
  }
  return known;
}

export const publicImages = (region: string): ImageRecord[] => [...catalogOf(region).images.values()];
export const publicImage = (region: string, id: string) => catalogOf(region).images.get(id);
export const publicSnapshots = (region: string): SnapshotRecord[] => [
  ...catalogOf(region).snapshots.values(),
];
export const publicSnapshot = (region: string, id: string) => catalogOf(region).snapshots.get(id);

function derivedId(prefix: string, region: string, name: string): string {
  return `${prefix}-0${createHash('sha256').update(`${prefix}/${region}/${name}`).digest('hex').slice(0, 16)}`;
}

function imageOf(region: string, image: PublicImage, snapshotId: string): ImageRecord {
  return {
    account: image.owner,
    region,
    id: derivedId('ami', region, image.name),
    tags: [],
    name: image.name,
    description: image.description,
    state: 'available',
    architecture: image.architecture,
    rootDeviceName: image.rootDeviceName,
    blockDevices: [
      {
        deviceName: image.rootDeviceName,
        snapshotId,
        sizeGiB: image.sizeGiB,
        type: image.rootType,
        encrypted: false,
        deleteOnTermination: true,
        ...(image.rootType === 'gp3' && { iops: 3000, throughputMiBps: 125 }),
      },
    ],
    createdAtMs: Date.parse(image.createdAt),
    launchPermissions: ['all'],
    ownerAlias: image.ownerAlias,
    platform: image.platform,
    enaSupport: true,
    bootMode: image.bootMode,
    imdsSupport: image.imdsSupport,
  };
}

function snapshotOf(region: string, image: PublicImage): SnapshotRecord {
  return {
    account: image.owner,
    region,
    id: derivedId('snap', region, image.name),
    tags: [],
    volumeId: 'vol-ffffffff',
    volumeSizeGiB: image.sizeGiB,
    description: '',
    state: 'completed',
    progressPercent: 100,
    startedAtMs: Date.parse(image.createdAt),
    encrypted: false,
    hasBlocks: false,
    createVolumePermissions: ['all'],
    ownerAlias: image.ownerAlias,
  };
}
