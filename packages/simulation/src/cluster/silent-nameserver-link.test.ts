import { Broker } from '@rocketeer/broker'
import { connect } from '@rocketeer/client'
import { Nameserver } from '@rocketeer/nameserver'
import { eventually, ForgetfulFirewall, TemporaryDirectory } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'

it('a broker whose link to its nameserver was forgotten on the way registers over a new one', async () => {
  const directory = await TemporaryDirectory.create()
  await using nameserver = await Nameserver.start({ host: '127.0.0.1', port: 0 })
  await using firewall = await ForgetfulFirewall.start(() => nameserver)
  const broker = await Broker.start({
    brokerName: 'broker-a',
    directory: directory.path,
    host: '127.0.0.1',
    port: 0,
    nameservers: [firewall.address],
    registerTimeoutMs: 300,
  })
  await using client = await connect({ nameservers: nameserver.address })
  const admin = client.admin()
  await admin.topics.create('before', { queues: 1 })
  firewall.forget()
  await admin.topics.create('after', { queues: 1 }).catch(() => undefined)
  await eventually(async () => expect(await admin.topics.list()).toContain('after'), { withinMs: 20_000 })
  await broker.close()
  await directory.remove()
}, 30_000)
