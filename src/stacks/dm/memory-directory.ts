/** Nothing but vdoctl remembers the table of a dm-stack volume: one file a volume, here. */
export const memoryDirectory = '/etc/vdoctl/volumes';
