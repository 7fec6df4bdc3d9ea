import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import * as z from 'zod';
import type { Description, NodeBuild } from './description.ts';
import type { License } from './licenses.ts';

/** The message says which Node cannot be had, and why. */
export class NotFetched extends Error {}

/** The package with this Node in it, for the Node's architecture, and the license that comes with that. */
export async function bringNode(
  base: Description,
  build: NodeBuild,
  work: string,
): Promise<{ readonly description: Description; readonly license: License }> {
  const { node, description, ...own } = base.standalone;
  const files = await fetchNode(build, node.version, work);
  const whole: Description = {
    ...base,
    ...own,
    description: `${base.description.trimEnd()}\n\n${description}`,
    architecture: build.architecture,
    made: { ...base.made, '{node}': fs.readFileSync(files.program) },
    files: [
      ...base.files.map((file) =>
        file.interpreter === undefined ? file : { ...file, interpreter: node.place },
      ),
      { from: '{node}', to: node.place, mode: '755', gzip: false },
    ],
  };
  const text = fs.readFileSync(files.license, 'utf8').trimEnd();
  return { description: whole, license: { of: `Node.js ${node.version}`, id: own.license, text } };
}

const packed = z.tuple([z.object({ filename: z.string() })]);

/** @throws NotFetched without the registry, and where what it has is not what was pinned */
async function fetchNode(
  build: NodeBuild,
  version: string,
  work: string,
): Promise<{ readonly program: string; readonly license: string }> {
  const name = `${build.package}@${version}`;
  // npm keeps what it fetched, so the next build asks nobody.
  const words = ['pack', name, '--json', '--prefer-offline', '--pack-destination', work];
  const { stdout, stderr, exitCode } = await execa('npm', words, { reject: false });
  if (exitCode !== 0)
    throw new NotFetched(`the packages with a Node of their own need ${name} of the npm registry: ${stderr}`);
  const [{ filename }] = packed.parse(JSON.parse(stdout));
  const tarball = path.join(work, filename);
  const found = `sha512-${createHash('sha512').update(fs.readFileSync(tarball)).digest('base64')}`;
  if (found !== build.integrity)
    throw new NotFetched(`${name} is not what package.yaml names: ${found}, not ${build.integrity}`);
  const [program, license] = ['package/bin/node', 'package/LICENSE'] as const;
  await execa('tar', ['--extract', '--file', tarball, '--directory', work, program, license]);
  return { program: path.join(work, program), license: path.join(work, license) };
}
