/** What the tests here call, and the Debian package that each program is in. */
export const programs: Readonly<Record<string, string>> = {
  '/usr/bin/ansible-playbook': 'ansible-core',
  '/usr/bin/dh': 'debhelper',
  '/usr/bin/fish': 'fish',
  '/usr/bin/lintian': 'lintian',
  '/usr/bin/mandoc': 'mandoc',
  '/usr/bin/mmdebstrap': 'mmdebstrap',
  '/usr/bin/rpmbuild': 'rpm',
  '/usr/bin/script': 'bsdutils',
  '/usr/bin/ssh': 'openssh-client',
  '/usr/bin/systemd-analyze': 'systemd',
  '/usr/bin/unshare': 'util-linux',
  '/usr/bin/zsh': 'zsh',
  '/usr/sbin/ip': 'iproute2',
  '/usr/sbin/sshd': 'openssh-server',
  '/usr/share/bash-completion/bash_completion': 'bash-completion',
  '/usr/share/keyrings/debian-archive-keyring.gpg': 'debian-archive-keyring',
};
