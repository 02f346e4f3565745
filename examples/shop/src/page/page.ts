import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Books, Imbalance } from '../story/books.js'
import { type Outcome, othersIn } from '../story/report.js'
import { type Chart, type PageData, type PageSources, pageData } from './page-data.js'
import { STYLE } from './page-style.js'

/** What a page tells. */
export interface PageNeeds extends PageSources {
  readonly title: string
  readonly remedy: string
  /** The command that made it. */
  readonly command: string
  readonly outcome: Outcome
  readonly books: Books
  /** The life of the order that failed most often, when one has failed. */
  readonly unlucky?: string | undefined
}

const ROWS_MAX = 25
const IDS_MAX = 20
const ABSENCES_MAX = 12

/** One page with charts and the final table in it; it loads nothing from anywhere. */
export async function page(needs: PageNeeds): Promise<string> {
  const data = pageData(needs)
  const { title, remedy, command, books, unlucky } = needs
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:">
<title>${escaped(title)}: the shop</title>
<link rel="icon" href="data:,">
<style>
${await chartStyle()}
${STYLE}
</style>
</head>
<body>
<main>
<header>
<h1>${escaped(title)}</h1>
<p>${escaped(remedy)}</p>
${verdictOf(needs)}
<p class="command"><code>${escaped(command)}</code></p>
</header>
<section aria-labelledby="books">
<h2 id="books">Every paid order against everything it was to get</h2>
${tableOf(books)}
${othersIn(books)
  .map((text) => `<p>${escaped(text)}.</p>`)
  .join('\n')}
${unlucky === undefined ? '' : `<p>The unluckiest order: ${escaped(unlucky)}.</p>`}
</section>
<section aria-labelledby="charts">
<h2 id="charts">What happened</h2>
<p class="key"><span class="swatch harm"></span> harm is done <span class="swatch gone"></span> a process is gone
<span class="marker">1</span> a sentence of the story, below</p>
${absencesOf(data)}
<noscript><p>The charts need JavaScript; the figures below each of them do not.</p></noscript>
${data.charts.map((chart, index) => figureOf(chart, index, data)).join('\n')}
</section>
<section aria-labelledby="story">
<h2 id="story">The story</h2>
<ol class="story">
${data.sentences.map(({ seconds, text }) => `<li><time>${seconds.toFixed(1)} s</time> ${escaped(text)}</li>`).join('\n')}
</ol>
</section>
</main>
<script type="application/json" id="data">${embedded(data)}</script>
<script>${await chartScript()}</script>
<script type="module">
${await ownScript()}
</script>
</body>
</html>
`
}

function verdictOf({ outcome, books }: PageNeeds): string {
  const { lost, doubled, outOfOrder, recoverySeconds } = outcome
  const isSound = lost + doubled + outOfOrder === 0
  const figures = [
    [books.paid, 'paid orders'],
    [lost, 'lost'],
    [doubled, 'doubled'],
    [outOfOrder, 'out of order'],
  ] as const
  const items = figures.map(
    ([count, label], index) =>
      `<div class="${index > 0 && count > 0 ? 'bad' : ''}"><dt>${label}</dt><dd>${count.toLocaleString('en')}</dd></div>`,
  )
  if (isSound) items.push(`<div><dt>seconds to recover</dt><dd>${recoverySeconds.toFixed(1)}</dd></div>`)
  return `<dl class="outcome">${items.join('')}</dl>`
}

function tableOf({ effects }: Books): string {
  const rows = effects.map((each) => {
    const cells = [each.given, each.lost.length, each.doubled.length, each.unfounded.length]
    const texts = cells.map(
      (count, index) =>
        `<td class="${index > 0 && count > 0 ? 'bad' : ''}">${count.toLocaleString('en')}</td>`,
    )
    return `<tr><th scope="row">${each.effect}</th>${texts.join('')}<td class="ids">${escaped(idsOf(each))}</td></tr>`
  })
  const heads = ['effect', 'granted', 'lost', 'doubled', 'never paid', 'which'].map(
    (head) => `<th scope="col">${head}</th>`,
  )
  return `<div class="wide"><table class="books"><thead><tr>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

function idsOf({ lost, doubled, unfounded }: Imbalance): string {
  const orders = [...lost, ...doubled, ...unfounded]
  const more = orders.length - IDS_MAX
  return orders.slice(0, IDS_MAX).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** The processes that were gone, in words. */
function absencesOf({ shades }: PageData): string {
  const gone = shades.filter(({ kind }) => kind === 'gone')
  if (gone.length === 0) return ''
  const texts = gone.slice(0, ABSENCES_MAX).map(({ label, from, to }) => `${label} from ${from} to ${to} s`)
  const more = gone.length > ABSENCES_MAX ? `, and ${gone.length - ABSENCES_MAX} times more` : ''
  return `<p class="key">${escaped(texts.join(', ') + more)}.</p>`
}

function figureOf(chart: Chart, index: number, data: PageData): string {
  const { title, unit, summary } = chart
  return `<figure>
<h3 id="chart-${index}">${title} <small>${unit}</small></h3>
<div data-chart role="img" aria-labelledby="chart-${index}" aria-describedby="summary-${index}"></div>
<figcaption id="summary-${index}">${escaped(summary)}</figcaption>
<details><summary>Figures</summary><div class="wide">${figuresOf(chart, data)}</div></details>
</figure>`
}

/** Some of the samples as a table, evenly spread over the time, the last one among them. */
function figuresOf({ series }: Chart, { seconds }: PageData): string {
  const last = seconds.length - 1
  const rows = Math.min(ROWS_MAX, seconds.length)
  const chosen = Array.from({ length: rows }, (_, row) => Math.round((row * last) / Math.max(1, rows - 1)))
  const head = ['seconds', ...series.map(({ label }) => label)].map(
    (label) => `<th scope="col">${escaped(label)}</th>`,
  )
  const body = chosen.map((at) => {
    const cells = series.map(({ values }) => `<td>${values[at]!.toLocaleString('en')}</td>`)
    return `<tr><th scope="row">${seconds[at]}</th>${cells.join('')}</tr>`
  })
  return `<table><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table>`
}

const library = (file: string) => readFile(createRequire(import.meta.url).resolve(`uplot/${file}`), 'utf8')

/** The library with its licence in place of the line that only names an address. */
async function chartScript(): Promise<string> {
  const [script, licence] = await Promise.all([library('dist/uPlot.iife.min.js'), library('LICENSE')])
  return `/*! uPlot\n${licence}*/\n${script.replace(/^\/\*![^\n]*\*\//, '')}`
}

function chartStyle(): Promise<string> {
  return library('dist/uPlot.min.css')
}

async function ownScript(): Promise<string> {
  const script = await readFile(new URL('./browser.js', import.meta.url), 'utf8')
  return script.replace(/\n\/\/# sourceMappingURL=.*/, '').replace(/^export \{\};?$/m, '')
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** JSON that cannot end the script element it stands in. */
function embedded(data: PageData): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c')
}
