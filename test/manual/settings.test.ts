import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseSettingsFile } from '../../src/cli/settings/file.ts';
import { environmentName, settingSpecs } from '../../src/model/settings.ts';
import { readDisplays } from './page-reader.ts';

const page = readFileSync('man/vdoctl.conf.5', 'utf8');

test('vdoctl.conf(5) has every setting, its default and its variable', () => {
  const text = page.replaceAll(String.raw`\-`, '-').replaceAll(/\s+/g, ' ');
  for (const spec of settingSpecs) {
    const own = text.split(`.It ${spec.key} `)[1]?.split('.It ')[0];
    expect(own).toContain(`Default: ${spec.default}.`);
    expect(own).toContain(environmentName(spec));
  }
});

test('the file that it shows is understood', () => {
  const [file = ''] = readDisplays(page);
  expect(parseSettingsFile('vdoctl.conf', file).size).toBeGreaterThan(3);
});

test('each setting is read by something', () => {
  const sources = ['src', 'ui'].flatMap((directory) =>
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => readFileSync(`${directory}/${file}`, 'utf8')),
  );
  const isRead = ({ key }: { readonly key: string }): boolean =>
    sources.some((text) => new RegExp(`(?:settings|thresholds)(?:\\.${key}\\b|\\['${key}'\\])`).test(text));
  expect(settingSpecs.filter((spec) => !isRead(spec)).map(({ key }) => key)).toEqual([]);
});
