/** With reads and writes as slow as this a recovery lasts for several calls of vdoctl, even on a busy host. */
export const lastingMs = 400;
