import { describe, expect, it } from 'vitest'
import type { Rules } from './rules.js'
import type { DeliveryFacts, DisturbanceFacts, Fate, Outcome, SendingFacts } from './run-events.js'
import { RunRecord } from './run-record.js'
import { SeededRandom } from './seeded-random.js'
import { expectSound, judge, summaryOf, type Verdict } from './verdict.js'

const RULES: Rules = {
  groups: ['coupon'],
  ordered: true,
  broadcasting: false,
  repeatsAfter: ['joined', 'killed', 'broker-restarted'],
  copiesAfter: ['broker-killed'],
  uncommittedMs: 5_000,
  rebalanceMs: 1_000,
  repeatsMax: 1,
}

/** A record that is written by hand, each event a millisecond after the one before. */
class Story {
  time = 0
  readonly record = new RunRecord(() => ({ time: ++this.time, tick: this.time }))
  #sequence = 0

  send(id: string, fate: Fate = 'expected', facts: Partial<SendingFacts> = {}): void {
    const order = { producer: 'shop', key: 'order-1', sequence: this.#sequence++ }
    this.record.sending({ id, order, ...facts })(fate)
  }

  begin(id: string, facts: Partial<DeliveryFacts> = {}): (outcome: Outcome) => void {
    const queueOffset = Number(id)
    const usual = { group: 'coupon', member: 'a', queue: 'orders/0', queueOffset, reconsumeTimes: 0 }
    return this.record.delivering({ id, ...usual, ...facts })
  }

  deliver(id: string, facts: Partial<DeliveryFacts> = {}, outcome: Outcome = 'done'): void {
    this.begin(id, facts)(outcome)
  }

  disturb(what: DisturbanceFacts['what'], member?: string): void {
    this.record.disturbing({ what, ...(member !== undefined && { member }) })()
  }

  judge(rules: Partial<Rules> = {}): Verdict {
    return judge(this.record, { ...RULES, ...rules })
  }

  faults(rules: Partial<Rules> = {}): string[] {
    return this.judge(rules).faults.map((fault) => fault.slice(0, fault.indexOf(':')))
  }
}

describe('a sound run', () => {
  it('has no faults, and counts what was delivered again by what allowed it', () => {
    const story = new Story()
    for (const id of ['1', '2', '3']) story.send(id)
    story.send('4', 'possible')
    story.send('5', 'forbidden')
    story.deliver('1', {}, 'failed')
    story.deliver('1')
    story.deliver('2')
    story.disturb('killed', 'a')
    story.deliver('2', { member: 'b' })
    story.deliver('3', { member: 'b' })
    const verdict = story.judge()
    expect(verdict.faults).toEqual([])
    expect(verdict.repeated).toEqual(
      new Map([
        ['failed', 1],
        ['killed', 1],
      ]),
    )
    expect(summaryOf([verdict, verdict])).toBe('10 sent, 10 delivered; again because: failed 2, killed 2')
    expect(() => expectSound(verdict, 'seed 1')).not.toThrow()
  })

  it('may end with what nobody knows to be stored, delivered or not', () => {
    const story = new Story()
    story.send('1', 'possible')
    story.send('2', 'possible')
    story.deliver('2')
    expect(story.faults()).toEqual([])
  })
})

describe('the checker finds', () => {
  it('what was lost, in each group, and what was only begun or failed', () => {
    const story = new Story()
    for (const id of ['1', '2', '3']) story.send(id)
    story.deliver('1')
    story.deliver('1', { group: 'points' })
    story.deliver('2', {}, 'failed')
    story.begin('3')
    expect(story.judge({ groups: ['coupon', 'points'], ordered: false }).faults).toEqual([
      'lost: 2 never consumed in coupon',
      'lost: 2 never consumed in points',
      'lost: 3 never consumed in coupon',
      'lost: 3 never consumed in points',
    ])
    expect(story.faults({ broadcasting: true, ordered: false })).toEqual(['lost'])
  })

  it('what nobody sent, what was forbidden, what came too early, and two messages at one queue offset', () => {
    const story = new Story()
    story.deliver('9')
    story.send('1', 'forbidden')
    story.deliver('1')
    story.send('2', 'expected', { notBefore: 1_000 })
    story.deliver('2')
    story.send('3')
    story.deliver('3', { queueOffset: 2 })
    expect(story.faults()).toEqual(['phantom', 'forbidden', 'early', 'swapped'])
  })

  it('what overtook another of its key, and not what goes back or is of another key', () => {
    const story = new Story()
    for (const id of ['1', '2', '3']) story.send(id)
    story.send('4', 'expected', { order: { producer: 'shop', key: 'order-2', sequence: 0 } })
    story.deliver('4')
    story.deliver('1')
    story.deliver('3')
    story.disturb('joined')
    for (const id of ['1', '2', '3']) story.deliver(id)
    expect(story.judge().faults).toEqual(['out of order: 3 was begun in coupon before 2 was done'])
    expect(story.faults({ ordered: false })).toEqual([])
  })

  it('two at one queue, unless the first was killed or the broker forgot its locks', () => {
    const overlap = (before: (story: Story) => void) => {
      const story = new Story()
      story.send('1')
      story.send('2')
      const end = story.begin('1')
      before(story)
      story.deliver('1', { member: 'b' })
      end('done')
      story.deliver('2', { member: 'b' })
      return story.judge()
    }
    expect(overlap((story) => story.disturb('joined')).faults).toEqual([
      'overlap: orders/0 at a (1) and b (1)',
    ])
    expect(overlap((story) => story.disturb('killed', 'a')).faults).toEqual([])
    const restarted = overlap((story) => story.disturb('broker-restarted'))
    expect(restarted.faults).toEqual([])
    expect(restarted.overlapsAllowed).toBe(1)
    expect(summaryOf([restarted])).toContain('1 overlaps')
  })

  it('what came again for no reason, or more often than there are reasons', () => {
    const story = new Story()
    story.send('1')
    story.disturb('joined')
    story.deliver('1')
    story.deliver('1')
    story.deliver('1')
    expect(story.faults()).toEqual(['repeated'])
    expect(story.faults({ repeatsMax: 2 })).toEqual([])
    expect(story.faults({ repeatsAfter: ['killed'] })).toEqual(['repeated', 'repeated'])
    story.time += 10_000
    story.send('2')
    story.deliver('2')
    story.deliver('2')
    expect(story.faults({ repeatsMax: 2 })).toEqual(['repeated'])
    expect(story.judge({ repeatsMax: 2 }).faults[0]).toContain('orders/0@2')
  })

  it('what came again long after it was done and before anything happened', () => {
    const story = new Story()
    story.send('1')
    story.deliver('1')
    story.time += 6_000
    story.disturb('killed', 'a')
    story.deliver('1', { member: 'b' })
    expect(story.faults()).toEqual(['repeated'])
    expect(story.faults({ uncommittedMs: 7_000 })).toEqual([])
  })

  it('a second copy, unless its producer was disturbed while it sent, or the broker was killed', () => {
    const copies = (sending: DisturbanceFacts['what'] | undefined, between: DisturbanceFacts['what']) => {
      const story = new Story()
      const answered = story.record.sending({ id: '1' })
      if (sending) story.disturb(sending)
      answered('expected')
      story.time += 20_000
      story.deliver('1')
      story.disturb(between)
      story.deliver('1', { queueOffset: 2 })
      return story.judge()
    }
    expect(copies('cut', 'joined').repeated).toEqual(new Map([['sent twice', 1]]))
    expect(copies(undefined, 'broker-killed').repeated).toEqual(new Map([['broker-killed', 1]]))
    expect(copies(undefined, 'joined').faults).toHaveLength(1)
  })

  it('messages that became dead letters and should not have, and the reverse', () => {
    const story = new Story()
    story.send('1', 'dead')
    story.send('2', 'dead')
    story.send('3')
    for (const id of ['1', '2']) story.deliver(id, {}, 'failed')
    story.deliver('3')
    const dead = { group: 'dead', queue: '%DLQ%coupon/0' }
    story.deliver('1', dead)
    story.deliver('3', { ...dead, queueOffset: 2 })
    expect(story.faults({ deadLetters: 'dead', ordered: false })).toEqual(['lost', 'forbidden'])
  })

  it('a fault planted into a sound run, whatever its kind, and reports it with the seed', () => {
    const plant: Record<string, (story: Story) => void> = {
      lost: (story) => story.send('999'),
      phantom: (story) => story.deliver('998'),
      repeated: (story) => story.deliver('150'),
    }
    for (const [kind, change] of Object.entries(plant)) {
      const story = new Story()
      const random = new SeededRandom(1)
      for (let id = 0; id < 300; id++) {
        story.send(String(id))
        if (random.chance(0.2)) story.deliver(String(id), {}, 'failed')
        story.deliver(String(id))
        if (id !== 100) continue
        story.disturb('joined')
        story.time += 2_000
      }
      expect(story.faults()).toEqual([])
      story.time += 10_000
      change(story)
      expect(story.faults()).toEqual([kind])
      expect(() => expectSound(story.judge(), 'ordered, seed 7')).toThrow(
        new RegExp(`^ordered, seed 7: 1 faults\n {2}${kind}`),
      )
    }
  })
})

it('events of other programs make the same record', () => {
  const told: string[] = []
  let tick = 0
  const record = new RunRecord(
    () => ({ time: 5, tick: tick++ }),
    (event) => told.push(JSON.stringify(event)),
  )
  const order = { producer: 'shop', key: 'k', sequence: 0 }
  record.sending({ id: '1', order, notBefore: 4 })('expected')
  const delivery = { group: 'g', member: 'a', queue: 'q', queueOffset: 0, reconsumeTimes: 0 }
  record.delivering({ id: '1', ...delivery })('done')
  record.delivering({ id: '1', ...delivery })
  record.disturbing({ what: 'killed', member: 'a' })()
  const copy = new RunRecord(() => ({ time: 0, tick: 0 }))
  for (const line of told) copy.add(JSON.parse(line))
  expect([copy.sent, copy.deliveries, copy.disturbances]).toEqual([
    record.sent,
    record.deliveries,
    record.disturbances,
  ])
  expect(() => record.sending({ id: '1' })).toThrow('sends "1" twice')
})
