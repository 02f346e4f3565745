import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '@rocketeer/client'
import { isRocketeerError, ManualClock } from '@rocketeer/foundation'

// A member of a group in a process of its own: `node twin-program.js <nameservers> <topic> <clientId>`. Its clock runs
// fifty times as fast, so that a minute passes soon.

const [nameservers = '', topic = '', clientId = ''] = process.argv.slice(2)
const clock = new ManualClock()
const client = await connect({ nameservers, clientId, clock })
client.on('problem', (error) => isRocketeerError(error, 'CLIENT_ID_SHARED') && console.log(error.code))
client.consumer({ group: `group-${topic}`, subscribe: { [topic]: '*' }, handle: () => {} })
for (;;) {
  await clock.advance(1_000)
  await sleep(20)
}
