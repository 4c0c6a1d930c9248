/** What is stored of an image, or known of a public one. */
import type { ResourceRecord } from '../resource/kind.ts';

export interface ImageBlockDevice {
  readonly deviceName: string;
  readonly snapshotId?: string;
  readonly sizeGiB: number;
  readonly type: string;
  readonly iops?: number;
  readonly throughputMiBps?: number;
  readonly encrypted: boolean;
  readonly deleteOnTermination: boolean;
}

/** What an instance type that has instance store volumes would show one as. No volume is made for it. */
export interface InstanceStoreDevice {
  readonly deviceName: string;
  readonly virtualName: string;
}

export interface ImageRecord extends ResourceRecord {
  readonly name: string;
  readonly description: string;
  readonly state: 'pending' | 'available' | 'disabled' | 'failed' | 'deregistered';
  readonly architecture: 'x86_64' | 'arm64' | 'i386';
  readonly rootDeviceName: string;
  readonly blockDevices: readonly ImageBlockDevice[];
  readonly instanceStoreDevices?: readonly InstanceStoreDevice[];
  readonly createdAtMs: number;
  /** Accounts that may launch it, and ARNs of organizations and their units; `all` is everybody. */
  readonly launchPermissions: readonly string[];
  readonly ownerAlias?: string;
  readonly platform?: 'windows';
  readonly enaSupport: boolean;
  readonly bootMode?: string;
  readonly imdsSupport?: string;
  readonly tpmSupport?: string;
  /** Absent for `hvm`. */
  readonly virtualizationType?: 'paravirtual';
  readonly sourceInstanceId?: string;
  /** What it was copied from, or the image of the instance that it was made of. */
  readonly source?: { readonly imageId: string; readonly region: string };
  readonly deprecatesAtMs?: number;
  readonly deregistrationProtection?: 'enabled-with-cooldown' | 'enabled-without-cooldown';
  /** Once protection with a cooldown is switched off. */
  readonly protectedUntilMs?: number;
  readonly stateReason?: { readonly Code: string; readonly Message: string };
}
