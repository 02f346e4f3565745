// node scripts/run.mjs <file> [arguments]: installs and builds what is missing, then runs a compiled file.
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { prepare } from './prepare.mjs'

const [file, ...args] = process.argv.slice(2)
if (file === undefined) {
  console.error('usage: node scripts/run.mjs <compiled file> [arguments]')
  process.exit(2)
}
if (!(await prepare())) process.exit(1)
const path = join(fileURLToPath(new URL('..', import.meta.url)), file)
process.argv.splice(1, process.argv.length - 1, path, ...args)
await import(pathToFileURL(path).href)
