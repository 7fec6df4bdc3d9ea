import { completionFiles, renderCompletion } from '../cli/completion/render.ts';
import { commands } from '../cli/commands.ts';
import type { Page } from './blocks.ts';
import { renderPage } from './mdoc.ts';
import { makeExitCodesPage } from './pages/exit-codes.ts';
import { makeProgramPage } from './pages/program.ts';
import { makeRunbookPage } from './pages/runbook.ts';
import { makeSettingsPage } from './pages/settings.ts';
import { makeVerbPage } from './pages/verb.ts';

/** Every page of the manual. */
export function listPages(): readonly Page[] {
  return [
    makeProgramPage(),
    ...commands.map(makeVerbPage),
    makeSettingsPage(),
    makeExitCodesPage(),
    makeRunbookPage(),
  ];
}

/** Every file that is generated from the table of commands and kept beside it: path to text. */
export function listGeneratedFiles(): ReadonlyMap<string, string> {
  const pages = listPages().map(
    (page) => [`man/${page.name}.${String(page.manual)}`, renderPage(page)] as const,
  );
  const scripts = Object.entries(completionFiles).map(
    ([shell, name]) => [`completions/${name}`, renderCompletion(shell)] as const,
  );
  return new Map([...pages, ...scripts]);
}
