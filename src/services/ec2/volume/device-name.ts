/** Names of block devices (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html). */

const HVM = /^(?:\/dev\/)?(?:sd[a-z]|xvd[a-z]|xvd[a-c][a-z]|xvdd[a-x])$|^\/dev\/sda[12]$/;
const PARAVIRTUAL = /^(?:\/dev\/)?(?:[hs]d[a-z](?:[1-9]|1[0-5])?|xvd[a-z])$/;

/** Whether an instance can have a volume by that name. Those of an image's own devices are not looked at. */
export const isDeviceName = (name: string, virtualization: 'hvm' | 'paravirtual' = 'hvm'): boolean =>
  (virtualization === 'hvm' ? HVM : PARAVIRTUAL).test(name);
