/** `use-files.ts ROOT read|write PATH`: reads or writes one file and prints the outcome. */
import { createFiles } from '../../src/host/real/files.ts';

const [root = '', verb, name = ''] = process.argv.slice(2);
const files = createFiles(root);
const result = verb === 'read' ? files.readText(name) : files.writeAtomically(name, 'x'.repeat(8192), 0o600);
console.log(JSON.stringify(result));
