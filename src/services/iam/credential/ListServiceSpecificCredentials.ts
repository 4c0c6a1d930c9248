/**
 * Lists a user's credentials for single services, without their secrets.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServiceSpecificCredentials.html
 */
import { iam } from '../iam.ts';
import { pageOf } from '../page.ts';
import { credentialCheck, credentialsOf, requireService, shownCredential } from './service-credential.ts';

export default iam.operation('ListServiceSpecificCredentials', {
  readOnly: true,
  unserved: ['AllUsers'],
  checks: async (context, { UserName }) => ({
    user: await credentialCheck(context, { UserName }, 'ListServiceSpecificCredentials'),
  }),
  async execute({ tx }, input, { user: { record } }) {
    const { ServiceName: service } = input;
    if (service !== undefined) requireService(service);
    const all = await credentialsOf(tx, record);
    const { items, ...page } = pageOf(
      all.filter((each) => service === undefined || each.service === service),
      input,
      ({ id }) => id,
    );
    return { ServiceSpecificCredentials: items.map((each) => shownCredential(each, record.name)), ...page };
  },
});
