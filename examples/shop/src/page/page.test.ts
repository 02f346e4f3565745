import { describe, expect, it } from 'vitest'
import { EFFECTS, type Effect } from '../services/events.js'
import { compare } from '../story/books.js'
import { Ledger } from '../story/ledger.js'
import { Timeline } from '../story/timeline.js'
import { type PageNeeds, page } from './page.js'
import { pageData } from './page-data.js'

const RETRY_SECONDS = [1, 2]

/** Two orders are paid; the coupon of one dies and is replayed, while the points service is gone. */
function played(): { timeline: Timeline; ledger: Ledger } {
  const ledger = new Ledger(RETRY_SECONDS.length)
  const timeline = new Timeline()
  const look = (at: number) => timeline.look(at, ledger)
  const coupon = { effect: 'coupon', order: 'a', service: 'coupon' } as const
  look(0)
  ledger.add({ kind: 'paid', order: 'a', service: 'order', at: 1_000 })
  ledger.add({ kind: 'paid', order: 'b', service: 'order', at: 1_000 })
  for (const attempt of [0, 1, 2]) {
    ledger.add({ kind: 'failed', attempt, error: '', ...coupon, at: 1_000 + attempt * 1_000 })
    look(1_000 + attempt * 1_000)
  }
  ledger.add({ kind: 'gone', service: 'points', at: 3_500 })
  ledger.add({ kind: 'replayed', ...coupon, at: 4_000 })
  ledger.add({ kind: 'effect', attempt: 0, ...coupon, at: 4_000 })
  timeline.harms.push({ from: 500, to: 3_000 })
  timeline.sentences.push({ at: 500, text: 'It </script><script>breaks & "goes on".' })
  timeline.end(5_000, ledger)
  ledger.add({ kind: 'gone', service: 'coupon', at: 6_000 })
  return { timeline, ledger }
}

function needs(): PageNeeds {
  const { timeline, ledger } = played()
  const given = Object.fromEntries(EFFECTS.map((effect) => [effect, ['a']])) as Record<Effect, string[]>
  const books = compare(['a', 'b<i>'], { ...given, points: ['a', 'a', 'b<i>'] }, { closed: 3 })
  const { lost, doubled, outOfOrder } = books
  return {
    timeline,
    absences: ledger.absences,
    retrySeconds: RETRY_SECONDS,
    title: 'The coupon database is down',
    remedy: 'Remedy: a worker.',
    command: 'npm run shop -- --report "x.html"',
    outcome: { scenario: 'x', orders: 2, lost, doubled, outOfOrder, recoverySeconds: 2, remedy: true },
    books,
    unlucky: 'a: coupon failed 3 times',
  }
}

describe('the data of the page', () => {
  const { timeline, ledger } = played()
  const data = pageData({ timeline, absences: ledger.absences, retrySeconds: RETRY_SECONDS })
  const valuesOf = (title: string, label: string) =>
    data.charts.find((chart) => chart.title === title)!.series.find((each) => each.label === label)!.values

  it('has what was paid, granted, behind, waiting for each retry and dead at each moment', () => {
    expect(data.seconds).toEqual([0, 1, 2, 3, 5])
    expect(valuesOf('Paid and granted', 'paid')).toEqual([0, 2, 2, 2, 2])
    expect(valuesOf('Paid and granted', 'coupon')).toEqual([0, 0, 0, 0, 1])
    expect(valuesOf('Lag', 'coupon')).toEqual([0, 2, 2, 2, 1])
    expect(valuesOf('Retries by level', 'retry 1, in 1 s')).toEqual([0, 1, 0, 0, 0])
    expect(valuesOf('Retries by level', 'retry 2, in 2 s')).toEqual([0, 0, 1, 0, 0])
    expect(valuesOf('Dead letters', 'waiting')).toEqual([0, 0, 0, 1, 0])
    expect(valuesOf('Dead letters', 'replayed')).toEqual([0, 0, 0, 0, 1])
  })

  it('shades the harm and who was gone, to the end of the story at most', () => {
    expect(data.shades).toEqual([
      { kind: 'harm', label: 'harm is done', from: 0.5, to: 3 },
      { kind: 'gone', label: 'points is gone', from: 3.5, to: 5 },
    ])
  })

  it('says in words what each chart shows', () => {
    const summaries = data.charts.map(({ summary }) => summary)
    expect(summaries[0]).toBe(
      '2 orders paid at the end; granted: coupon 1, red packet 0, points 0, goods 0, parcel 0.',
    )
    expect(summaries[1]).toContain('coupon: 2 (at 1 s)')
    expect(summaries[3]).toBe('1 dead letter altogether, 1 replayed, 0 left at the end.')
  })
})

describe('the page', () => {
  it('loads nothing from anywhere', async () => {
    const html = await page(needs())
    expect(html).not.toMatch(/https?:/)
    expect(html).not.toMatch(/\bimport\b[^;]*\bfrom\b|\bimport\(|@import|\burl\(/)
    const addresses = [...html.matchAll(/\s(?:src|href)="([^"]*)"/g)].map(([, address]) => address)
    expect(addresses).toEqual(['data:,'])
    expect(html).toContain("default-src 'none'")
  })

  it('names the licence of the library in it', async () => {
    expect(await page(needs())).toMatch(/uPlot\n[\s\S]*MIT License[\s\S]*Copyright/)
  })

  it('has the final table, the command and the sentences in it, escaped', async () => {
    const html = await page(needs())
    expect(html).toContain('<th scope="row">coupon</th><td class="">1</td><td class="bad">1</td>')
    expect(html).toContain('b&lt;i&gt;')
    expect(html).toContain('<p>3 unpaid orders were closed.</p>')
    expect(html).toContain('--report &quot;x.html&quot;')
    expect(html).toContain('It &lt;/script&gt;&lt;script&gt;breaks &amp; &quot;goes on&quot;.')
    expect(html.match(/<script/g)).toHaveLength(3)
    const data = /<script type="application\/json" id="data">(.*?)<\/script>/.exec(html)![1]!
    expect(JSON.parse(data).sentences[0].text).toBe('It </script><script>breaks & "goes on".')
  })
})
