import { EFFECTS } from '../services/events.js'
import type { Absence } from '../story/ledger.js'
import type { Harm, Sample, Sentence, Timeline } from '../story/timeline.js'

/** One line of a chart; `values` belong to the page's `seconds`. */
export interface Series {
  readonly label: string
  /** The name of a color of the page's style sheet. */
  readonly color: string
  readonly values: readonly number[]
  /** Filled down to the axis. */
  readonly area?: true
}

export interface Chart {
  readonly title: string
  /** What the chart counts. */
  readonly unit: string
  /** What there is to see, for those who do not see it. */
  readonly summary: string
  readonly series: readonly Series[]
}

/** A stretch of time that is shaded in every chart, in seconds. */
export interface Shade {
  readonly kind: 'harm' | 'gone'
  readonly label: string
  readonly from: number
  readonly to: number
}

/** What the script of the page draws. */
export interface PageData {
  readonly seconds: readonly number[]
  readonly charts: readonly Chart[]
  readonly shades: readonly Shade[]
  readonly sentences: readonly { readonly seconds: number; readonly text: string }[]
}

/** What the data is made of. */
export interface PageSources {
  readonly timeline: Timeline
  readonly absences: readonly Absence[]
  readonly retrySeconds: readonly number[]
}

export function pageData({ timeline, absences, retrySeconds }: PageSources): PageData {
  const { samples, harms, sentences, endedAt } = timeline
  return {
    seconds: samples.map(({ at }) => inSeconds(at)),
    charts: [granted(samples), lag(samples), retries(samples, retrySeconds), deadLetters(samples)],
    shades: shadesOf(harms, absences, endedAt),
    sentences: sentences.map(({ at, text }: Sentence) => ({ seconds: inSeconds(at), text })),
  }
}

function granted(samples: readonly Sample[]): Chart {
  const last = samples.at(-1)
  return {
    title: 'Paid and granted',
    unit: 'orders, altogether',
    summary: `${counted(last?.paid ?? 0, 'order')} paid at the end; granted: ${EFFECTS.map(
      (effect, index) => `${effect} ${figure(last?.given[index] ?? 0)}`,
    ).join(', ')}.`,
    series: [
      { label: 'paid', color: 'paid', values: samples.map(({ paid }) => paid), area: true },
      ...EFFECTS.map((effect, index) => ({
        label: effect,
        color: colorOf(effect),
        values: samples.map(({ given }) => given[index]!),
      })),
    ],
  }
}

function lag(samples: readonly Sample[]): Chart {
  const series = EFFECTS.map((effect, index) => ({
    label: effect,
    color: colorOf(effect),
    // A service can tell of its effect before the order service tells of the payment.
    values: samples.map(({ paid, given }) => Math.max(0, paid - given[index]!)),
  }))
  return {
    title: 'Lag',
    unit: 'paid orders that have not got it yet',
    summary: `The most at once: ${peaks(samples, series)}.`,
    series,
  }
}

function retries(samples: readonly Sample[], retrySeconds: readonly number[]): Chart {
  const series = retrySeconds.map((seconds, index) => ({
    label: `retry ${index + 1}, in ${seconds} s`,
    color: `retry-${index % 3}`,
    values: samples.map(({ waitingByRetry }) => waitingByRetry[index]!),
  }))
  return {
    title: 'Retries by level',
    unit: 'messages that failed and wait',
    summary: `The most at once: ${peaks(samples, series)}.`,
    series,
  }
}

function deadLetters(samples: readonly Sample[]): Chart {
  const last = samples.at(-1)
  return {
    title: 'Dead letters',
    unit: 'messages',
    summary:
      `${counted(last?.dead ?? 0, 'dead letter')} altogether, ${figure(last?.replayed ?? 0)} replayed, ` +
      `${figure(last?.deadNow ?? 0)} left at the end.`,
    series: [
      { label: 'waiting', color: 'dead', values: samples.map(({ deadNow }) => deadNow), area: true },
      { label: 'altogether', color: 'dead-total', values: samples.map(({ dead }) => dead) },
      { label: 'replayed', color: 'replayed', values: samples.map(({ replayed }) => replayed) },
    ],
  }
}

function shadesOf(harms: readonly Harm[], absences: readonly Absence[], endedAt: number): Shade[] {
  const shade = (
    kind: Shade['kind'],
    label: string,
    { from, to = endedAt }: { from: number; to: number | undefined },
  ) => ({
    kind,
    label,
    from: inSeconds(from),
    to: inSeconds(Math.min(to, endedAt)),
  })
  return [
    ...harms.map((harm) => shade('harm', 'harm is done', harm)),
    // What ends later is being cleared away.
    ...absences
      .filter(({ from }) => from < endedAt)
      .map((absence) => shade('gone', `${absence.service} is gone`, absence)),
  ]
}

function peaks(samples: readonly Sample[], series: readonly Series[]): string {
  const texts = series.map(({ label, values }) => {
    let peak = 0
    for (const [index, value] of values.entries()) if (value > values[peak]!) peak = index
    const most = values[peak] ?? 0
    return most === 0
      ? `${label}: 0`
      : `${label}: ${figure(most)} (at ${figure(inSeconds(samples[peak]!.at))} s)`
  })
  return texts.join('; ')
}

function colorOf(effect: string): string {
  return effect.replaceAll(' ', '-')
}

function counted(count: number, noun: string): string {
  return `${figure(count)} ${noun}${count === 1 ? '' : 's'}`
}

function figure(number: number): string {
  return number.toLocaleString('en')
}

function inSeconds(ms: number): number {
  return Math.round(ms / 100) / 10
}
