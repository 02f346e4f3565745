// npm start: installs and builds what is missing, then runs a nameserver and a broker. Arguments go to
// `rocketeer start`: npm start -- --directory /var/lib/rocketeer
import { prepare } from './prepare.mjs'

if (!(await prepare())) process.exit(1)
// The time to start that `rocketeer start` prints begins here.
performance.mark('prepared')
process.argv.splice(2, 0, 'start')
await import('../packages/rocketeer/bin/rocketeer.js')
