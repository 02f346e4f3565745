import { clientSuite } from '@rocketeer/client/suite'
import { Peer } from './peers/peer.js'

// The same suite runs against ours in `npm test`.
clientSuite('Apache RocketMQ', async () => {
  const messageDelayLevel = Array.from({ length: 18 }, () => '1s').join(' ')
  const peer = await Peer.start('apache', {
    properties: {
      messageDelayLevel,
      enablePropertyFilter: 'true',
      transactionTimeOut: '500',
      transactionCheckInterval: '1000',
    },
  })
  return { nameservers: [peer.nameserver.address], stop: () => peer.close() }
})
