import fs from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import type { Description } from './description.ts';
import { listStaged, stage } from './stage.ts';

/** Builds the .rpm with rpmbuild in `work`, a directory of this build's own; gives its path. */
export async function buildRpm(description: Description, work: string): Promise<string> {
  const staged = path.join(work, 'staged');
  stage(description, 'rpm', staged);
  const spec = path.join(work, `${description.name}.spec`);
  fs.writeFileSync(spec, writeSpec(description, staged));
  const env = { SOURCE_DATE_EPOCH: String(description.builtAt), LC_ALL: 'C.UTF-8' };
  const settings = Object.entries({
    ...reproducible,
    _topdir: work,
    // By default, rpmbuild makes its database in the home directory.
    _dbpath: path.join(work, 'database'),
    _rpmdir: work,
    _rpmfilename: fileName,
  });
  const defines = settings.flatMap(([key, value]) => ['--define', `${key} ${value}`]);
  const { name, version, architecture } = description;
  await execa('rpmbuild', ['-bb', '--target', architecture.rpm, ...defines, spec], { env });
  return path.join(work, `${name}-${version}-1.${architecture.rpm}.rpm`);
}

const fileName = '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm';

const reproducible = {
  use_source_date_epoch_as_buildtime: '1',
  clamp_mtime_to_source_date_epoch: '1',
  _buildhost: 'localhost',
  // The files are laid out already: nothing is compressed, stripped or compiled after that.
  __os_install_post: '%{nil}',
  // No links by the build IDs of programs of others, and no package with their debugging symbols.
  _build_id_links: 'none',
  debug_package: '%{nil}',
  // The payload format that the rpm of every such host reads.
  _binary_payload: 'w6.gzdio',
};

function writeSpec(description: Description, staged: string): string {
  const { name, version, summary, license, requires, suggests, scripts, architecture, instead } = description;
  const { files, directories } = listStaged(staged);
  const buildArch = architecture.rpm === 'noarch' ? 'BuildArch: noarch\n' : '';
  const relations = instead === undefined ? '' : `Conflicts: ${instead}\nProvides: ${instead} = ${version}\n`;
  return `Name: ${name}
Version: ${version}
Release: 1
Summary: ${summary}
License: ${license}
Vendor: The vdoctl authors
${buildArch}AutoReqProv: no
Requires: ${requires.rpm}
${relations}${suggests.rpm.map((each) => `Suggests: ${each}`).join('\n')}

%description
${description.description.trimEnd()}

%install
mkdir -p %{buildroot}
cp -al ${staged}/. %{buildroot}/

%post
${scripts.installed.trimEnd()}

%preun
if [ "$1" -eq 0 ]; then
${scripts.removing.trimEnd()}
fi

%postun
if [ "$1" -eq 0 ]; then
${scripts.removed.trimEnd()}
fi

%files
%defattr(-,root,root,0755)
${directories.map((each) => `%dir ${quote(each)}`).join('\n')}
${files.map((each) => `${kindOf(each)}${quote(each)}`).join('\n')}
`;
}

/** How rpm marks a file: a host that leaves out documentation still gets the licenses. */
function kindOf(file: string): string {
  if (file.startsWith('/usr/share/licenses/')) return '%license ';
  return /^\/usr\/share\/(doc|man)\//.test(file) ? '%doc ' : '';
}

/** rpm expands patterns and macros in a file list. */
function quote(file: string): string {
  return `"${file.replaceAll('%', '%%')}"`;
}
