// npm start: installs and builds what is missing, then runs a nameserver and a broker. Arguments go to
// `rocketeer start`: npm start -- --data /var/lib/rocketeer
import { prepare } from './prepare.mjs'

if (!(await prepare())) process.exit(1)
const { run } = await import('../packages/cli/dist/index.js')
await run(['start', ...process.argv.slice(2)])
