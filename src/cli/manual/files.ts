import { completionFiles, renderCompletion } from '../completion/render.ts';

/** Every file that is made from the table of commands and kept beside it: its path, and its text. */
export function listGeneratedFiles(): ReadonlyMap<string, string> {
  const scripts = Object.entries(completionFiles).map(
    ([shell, name]) => [`completions/${name}`, renderCompletion(shell)] as const,
  );
  return new Map(scripts);
}
