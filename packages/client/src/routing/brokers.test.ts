import { KVTable } from '@rocketeer/protocol/bodies'
import { getBrokerRuntimeInfo, updateAndCreateSubscriptiongroup } from '@rocketeer/protocol/commands'
import { route } from '@rocketeer/remoting'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Client, connect } from '../index.js'
import { ScriptedCluster } from '../testing/scripted-cluster.js'

let cluster: ScriptedCluster
let client: Client
let asked: number

beforeEach(async () => {
  asked = 0
  cluster = await ScriptedCluster.start()
  client = await connect({ nameservers: cluster.nameserver })
  await cluster.addBroker('a', [
    route(getBrokerRuntimeInfo, ({ connection }) => {
      if (++asked === 1) connection.close(new Error('pulled the plug'))
      return { body: KVTable.encode({ table: new Map([['brokerVersion', '501']]) }) }
    }),
    route(updateAndCreateSubscriptiongroup, ({ connection }) => {
      asked++
      connection.close(new Error('pulled the plug'))
      return {}
    }),
  ])
})
afterEach(async () => {
  await client.close()
  await cluster[Symbol.asyncDispose]()
})

it('what only reads is asked again when the connection broke', async () => {
  expect(await client.admin().brokers.status('a')).toEqual({ brokerVersion: '501' })
  expect(asked).toBe(2)
})

it('what changes something is not', async () => {
  const changing = client.admin().groups.create('coupon')
  await expect(changing).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
  expect(asked).toBe(1)
})
