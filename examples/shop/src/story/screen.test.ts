import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { Effect, ShopEvent } from '../services/events.js'
import { Ledger } from './ledger.js'
import { type Moment, picture, type Setting } from './picture.js'
import { Screen } from './screen.js'

const setting: Setting = {
  title: 'The coupon database is down, and nobody knows for how long it will be',
  remedy: 'Remedy: a dead-letter worker: it asks the database, and replays dead letters once it answers.',
  orders: 1_000_000,
  retrySeconds: [10, 30, 60],
  commands: (order) => ['npx rocketeer group lag', `npx rocketeer message follow ${order} ${'x'.repeat(60)}`],
}

/** An order that has failed on every effect until it was dead, another one that waits for its second retry. */
function troubledMoment(): Moment {
  const ledger = new Ledger(setting.retrySeconds.length)
  const tell = (at: number, service: string, event: ShopEvent) => ledger.add({ ...event, service, at })
  for (const order of ['order-000001', 'order-000002']) tell(0, 'order', { kind: 'paid', order })
  const fail = (order: string, effect: Effect, attempt: number) =>
    tell(1_000 + attempt, 'coupon', { kind: 'failed', effect, order, attempt, error: '' })
  for (const effect of ['coupon', 'points', 'goods'] as const)
    for (const attempt of [0, 1, 2, 3]) fail('order-000001', effect, attempt)
  for (const attempt of [0, 1]) fail('order-000002', 'coupon', attempt)
  tell(2_000, 'points', { kind: 'gone' })
  return { elapsedMs: 3_000, ledger, harms: [{ from: 500, to: undefined }] }
}

function quietMoment(): Moment {
  return { elapsedMs: 0, ledger: new Ledger(setting.retrySeconds.length), harms: [] }
}

const plainLines = (text: string) => stripVTControlCharacters(text).split('\n')

describe('the picture', () => {
  it.each([
    [60, 24],
    [80, 24],
    [200, 50],
    [30, 10],
  ])('fits into %i columns and %i rows', (columns, rows) => {
    const lines = plainLines(picture(setting, troubledMoment(), { columns, rows }))
    // What is left of a terminal below all sense is not drawn around.
    if (columns >= 60) expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(columns)
    if (rows >= 24) expect(lines.length).toBeLessThan(rows)
  })

  it('shows how many wait for each retry, who is dead, who is down, and what became of the unlucky order', () => {
    const text = plainLines(picture(setting, troubledMoment(), { columns: 80, rows: 40 })).join('\n')
    expect(text).toMatch(/coupon .* 0 {7}2 .*failing\n.*10 s +0 → 30 s +1 → 60 s +0 → dead +1 → \w+ +0\n/)
    expect(text).toMatch(/points .* down\n/)
    expect(text).toMatch(/harm for 2 s +3 s/)
    expect(text).toContain('order-000001: coupon failed 4 times, dead; points failed 4 times, dead')
  })

  it('leaves out a command that would break into two lines', () => {
    const text = picture(setting, troubledMoment(), { columns: 80, rows: 40 })
    expect(text).toContain('group lag')
    expect(text).not.toContain('message follow')
  })
})

describe('the screen', () => {
  const written = (isTTY: boolean) => {
    const writes: string[] = []
    const stream = { isTTY, columns: 80, rows: 30, write: (text: string) => writes.push(text) > 0 }
    return { writes, screen: new Screen(setting, stream as unknown as NodeJS.WriteStream) }
  }

  it('writes once for each frame on a terminal, with a sentence above the picture', () => {
    const { writes, screen } = written(true)
    screen.draw(troubledMoment())
    screen.say(9_000, 'The table is back.')
    screen.draw({ ...troubledMoment(), elapsedMs: 9_500 })
    screen.keep()
    screen.keep()
    expect(writes).toHaveLength(4)
    const [, said, redrawn, last] = writes
    expect(last).toBe('\u001B[?25h')
    expect(said).toMatch(/The table is back\.[\s\S]*harm for 8 s[\s\S]*orders paid/)
    // Only what has changed is drawn again.
    expect(redrawn).not.toContain('parcel')
  })

  it('draws everything again when a line has come or gone', () => {
    const { writes, screen } = written(true)
    screen.draw(quietMoment())
    screen.draw(troubledMoment())
    expect(writes[1]).toMatch(/orders paid[\s\S]*parcel[\s\S]*npx rocketeer/)
  })

  it('writes plain lines into a pipe', () => {
    const { writes, screen } = written(false)
    screen.draw(troubledMoment())
    screen.say(3_000, 'The table is back.')
    screen.draw({ ...troubledMoment(), elapsedMs: 3_100 })
    screen.keep()
    expect(writes).toHaveLength(2)
    expect(writes.join('')).toBe(stripVTControlCharacters(writes.join('')))
    expect(writes[0]).toMatch(/paid 2: coupon 0 \(lag 2, failed 6, dead 1\).*gone: points\n$/)
  })
})
