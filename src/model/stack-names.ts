/** The stacks, each by the word that a person types for it. */
export const stackNames = ['dm', 'lvm', 'manager'] as const;
export type StackName = (typeof stackNames)[number];
