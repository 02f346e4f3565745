import { type Client, type DeadLetter, failuresOf, type Message, toDeadLetters } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'
import { Handled } from './handled.js'
import type { SuiteWorld } from './suite-peer.js'

export function deadLetterTests(world: SuiteWorld): void {
  /** Messages 0 to 4 of a topic, dead letters each for the error given. */
  async function deadLettersOf(client: Client, errors: (index: number) => Error) {
    const [topic, group] = [world.name('dying'), world.name('group')]
    for (let i = 0; i < 5; i++) await client.producer().send({ topic, key: `order-${i}`, body: `${i}` })
    const handle = (message: Message) => {
      throw toDeadLetters(errors(Number(message.text())))
    }
    const consumer = client.consumer({ group, subscribe: { [topic]: '*' }, startFrom: 'first', handle })
    await eventually(async () => (await client.admin().groups.deadLetters(group)).messages === 5, {
      withinMs: 30_000,
    })
    await consumer.close()
    return { topic, group }
  }

  const texts = (deadLetters: readonly DeadLetter[]) => deadLetters.map(({ message }) => message.text())

  it('page by page, each with what it died of', async () => {
    const client = await world.connect()
    const { group, topic } = await deadLettersOf(client, (i) => new RangeError(`no coupon for order-${i}`))
    const { deadLetters } = client.admin()
    const first = await deadLetters.page(group, { messagesMax: 3 })
    const second = await deadLetters.page(group, { messagesMax: 3, cursor: first.cursor })
    expect([first.deadLetters.length, second.deadLetters.length, second.cursor]).toEqual([3, 2, undefined])
    const all = [...first.deadLetters, ...second.deadLetters]
    expect(texts(all).sort()).toEqual(['0', '1', '2', '3', '4'])
    const times = all.map(({ since }) => since)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    for (const { message, error, failures, replayed } of all) {
      expect(error).toEqual({ name: 'RangeError', message: `no coupon for ${message.key}` })
      expect(failures.attempts).toMatchObject([{ error, member: client.clientId, reconsumeTimes: 0 }])
      expect([message.topic, message.deadLetterReason, replayed]).toEqual([topic, error!.message, false])
    }
    const one = await deadLetters.page(group, { key: 'order-3' })
    expect([texts(one.deadLetters), one.cursor]).toEqual([['3'], undefined])
    expect((await deadLetters.page(group, { since: times.at(-1)! + 1 })).deadLetters).toEqual([])
    expect((await deadLetters.page(group, { error: 'TypeError' })).deadLetters).toEqual([])
    expect((await deadLetters.page(world.name('unknown'))).deadLetters).toEqual([])
    await expect(deadLetters.page(group, { cursor: 'x' })).rejects.toMatchObject({ code: 'OPTION_INVALID' })
  })

  it('grouped by what they died of', async () => {
    const client = await world.connect()
    const errorOf = (i: number) => (i < 3 ? new RangeError(`order-${i} has none`) : new TypeError('odd'))
    const { group, topic } = await deadLettersOf(client, errorOf)
    const { causes, ...sums } = await client.admin().deadLetters.causes(group)
    expect(sums).toEqual({ count: 5, others: 0, unexplained: 0 })
    expect(causes).toMatchObject([
      { count: 3, error: { name: 'RangeError', message: 'order-<n> has none' }, topics: [topic] },
      { count: 2, error: { name: 'TypeError', message: 'odd' }, example: 'odd' },
    ])
    const filtered = await client.admin().deadLetters.causes(group, { by: 'error', error: 'TypeError' })
    expect(filtered).toMatchObject({ count: 2, causes: [{ error: { name: 'TypeError', message: '' } }] })
  })

  it('whose properties are as long as they may be, for a replay as well', async () => {
    const client = await world.connect()
    const [topic, group] = [world.name('full'), world.name('group')]
    const own = 'x'.repeat(28 * 1024 - 200)
    await client.producer().send({ topic, key: 'full', body: 'full', properties: { own } })
    let failing = true
    const handled = new Handled()
    client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      retriesMax: 1,
      failureHistory: { bytesMax: 8_192, messageBytesMax: 4_096 },
      handle: (message) => {
        handled.handle(message)
        if (failing) throw new Error(`${message.reconsumeTimes} ${'why '.repeat(900)}`)
      },
    })
    const { deadLetters, messages } = client.admin()
    const [dead] = await eventually(
      async () => {
        const page = await deadLetters.page(group)
        return page.deadLetters.length > 0 && page.deadLetters
      },
      { withinMs: 30_000 },
    )
    expect(dead!.message.userProperties).toEqual({ own })
    const { attempts, dropped } = dead!.failures
    expect(attempts.length + dropped).toBe(2)
    expect(attempts.at(-1)).toMatchObject({ reconsumeTimes: 1 })
    failing = false
    await messages.redeliver(dead!.message, group)
    await handled.exactly(['full', 'full', 'full'], 30_000)
    expect(handled.messages.at(-1)).toMatchObject({ reconsumeTimes: 0, userProperties: { own } })
  })

  it('with what they died of before a replay', async () => {
    const client = await world.connect()
    const { group, topic } = await deadLettersOf(client, () => new Error('the database is down'))
    const admin = client.admin()
    const [dead] = (await admin.deadLetters.page(group, { key: 'order-2' })).deadLetters
    await admin.messages.redeliver(dead!.message, group)
    const handled = new Handled()
    client.consumer({
      group,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      handle: (message) => {
        handled.handle(message)
        throw toDeadLetters(new Error('still down'))
      },
    })
    await handled.exactly(['2'], 30_000)
    const [message] = handled.messages
    expect(message).toMatchObject({ reconsumeTimes: 0, deadLetterReason: undefined })
    const { attempts, replays } = failuresOf(message!)
    expect(attempts).toEqual(dead!.failures.attempts)
    expect(replays).toEqual([expect.any(Number)])
    const again = await eventually(async () => {
      const { deadLetters } = await admin.deadLetters.page(group, { key: 'order-2', replayed: true })
      return deadLetters.length === 2 && deadLetters[1]
    })
    const { failures, error } = again as DeadLetter
    expect(error!.message).toBe('still down')
    expect(failures).toMatchObject({ attempts: [{}, { error }], replays })
  })
}
