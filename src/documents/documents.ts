import type * as z from 'zod/mini';
import type { DeepReadonly } from '../model/readonly.ts';
import type { schemas } from './schemas.ts';

/** What `--json` prints, by its kind: the types are those of the published schemas, so that nothing else goes out. */
type Documents = { readonly [K in keyof typeof schemas]: DeepReadonly<z.infer<(typeof schemas)[K]>> };

/** The kinds that are printed; a volume's file is published, too, and only read. */
type PrintedKind = Exclude<keyof Documents, 'volume-file'>;

/** A document of that kind. */
export type DocumentOf<K extends PrintedKind> = Documents[K];

/** Any document that may be printed. */
export type AnyDocument = Documents[PrintedKind];
