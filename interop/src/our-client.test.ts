import { clientSuite } from '@rocketeer/client-suite'
import { Peer } from './peers/peer.js'

// The same suite runs against ours in `npm test`.
clientSuite('Apache RocketMQ', async () => {
  const messageDelayLevel = `${'1s '.repeat(17)}1h`
  const peer = await Peer.start('apache', {
    properties: {
      messageDelayLevel,
      enablePropertyFilter: 'true',
      recallMessageEnable: 'true',
      transactionTimeOut: '2000',
      transactionCheckInterval: '1000',
      transactionOpBatchInterval: '100',
    },
  })
  return { nameservers: [peer.nameserver.address], stop: () => peer.close() }
})
