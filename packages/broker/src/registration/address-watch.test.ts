import { silentLogger } from '@rocketeer/foundation'
import type { Connection } from '@rocketeer/remoting'
import { describe, expect, it } from 'vitest'
import { parseBrokerOptions } from '../conf/parse-broker-options.js'
import { watchAddresses } from './address-watch.js'
import { advertisedAddress } from './advertised-address.js'

async function watch() {
  const warnings: object[] = []
  const config = parseBrokerOptions({ directory: 'store', advertisedHost: '10.0.0.5' })
  const advertised = await advertisedAddress(config)
  advertised.listensOn(10911)
  const watcher = watchAddresses(advertised, {
    ...silentLogger,
    warn: (facts) => warnings.push(facts),
  })
  const connect = (remoteAddress: string, localAddress: string) =>
    watcher({ remoteAddress, localAddress } as Connection)
  return { warnings, connect }
}

describe('clients that reach the broker', () => {
  it('at the advertised address cause no warning', async () => {
    const { warnings, connect } = await watch()
    connect('10.0.0.9:40000', '10.0.0.5:10911')
    connect('10.0.0.9:40001', '10.0.0.5:32000')
    expect(warnings).toEqual([])
  })

  it('at another address cause one warning per client host', async () => {
    const { warnings, connect } = await watch()
    connect('127.0.0.1:40000', '127.0.0.1:10911')
    connect('127.0.0.1:40001', '127.0.0.1:10911')
    connect('[fd00::2]:40001', '[fd00::1]:10911')
    expect(warnings).toEqual([
      { client: '127.0.0.1', reachedAt: '127.0.0.1', advertised: '10.0.0.5:10911' },
      { client: 'fd00::2', reachedAt: 'fd00::1', advertised: '10.0.0.5:10911' },
    ])
  })
})
