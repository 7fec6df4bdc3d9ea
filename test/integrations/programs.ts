/** What the tests here call, and the Debian package that each program is in. */
export const programs: Readonly<Record<string, string>> = {
  '/usr/bin/systemd-analyze': 'systemd',
};
