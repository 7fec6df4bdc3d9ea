import type * as z from 'zod/mini';
import type { DeepReadonly } from '../model/readonly.ts';
import type { schemas } from './schemas.ts';

/** What `--json` prints, by kind. The types come from the published schemas, so that nothing else goes out. */
type Documents = { readonly [K in keyof typeof schemas]: DeepReadonly<z.infer<(typeof schemas)[K]>> };

/** The kinds that are printed. A volume file has a published schema too, but is only read. */
type PrintedKind = Exclude<keyof Documents, 'volume-file'>;

/** A document of that kind. */
export type DocumentOf<K extends PrintedKind> = Documents[K];

/** Any document that may be printed. */
export type AnyDocument = Documents[PrintedKind];
