/** Holds one file per volume of the dm stack: nothing but vdoctl remembers their tables. */
export const memoryDirectory = '/etc/vdoctl/volumes';
