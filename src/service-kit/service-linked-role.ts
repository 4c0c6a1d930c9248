/** The service-linked role as which a service works: made by whoever first needs it, with their own right to do so. */
import type { CallContext, CallOptions } from '../invoke/context.ts';

export async function ensureServiceLinkedRole(
  ctx: CallContext,
  { roleArn, service }: { readonly roleArn: string; readonly service: string },
  options?: CallOptions,
): Promise<void> {
  const exists = () => ctx.read((tx) => ctx.ports.principals.role(tx, roleArn));
  if (await exists()) return;
  try {
    await ctx.call('iam', 'CreateServiceLinkedRole', { AWSServiceName: service }, options);
  } catch (error) {
    // Another request may have made it meanwhile.
    if (!(await exists())) throw error;
  }
}
