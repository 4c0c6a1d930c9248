/** Names of services: some are one in each Region, `logs.us-east-1.amazonaws.com`, and policies name another by mistake. */
export function isSameService(written: string, own: string): boolean {
  const [, service, region] = NAME.exec(own) ?? [];
  return region !== undefined && written !== own && NAME.exec(written)?.[1] === service;
}

const NAME = /^([a-z0-9-]+)\.(?:([a-z]+(?:-[a-z]+)+-\d)\.)?amazonaws\.com$/;
