/** In the encryption context of every data key of EBS (https://docs.aws.amazon.com/ebs/latest/userguide/how-ebs-encryption-works.html). */
export const EBS_CONTEXT_KEY = 'aws:ebs:id';

/** The encryption context of the data key of a volume or snapshot. */
export const ebsContext = (id: string): Record<string, string> => ({ [EBS_CONTEXT_KEY]: id });
