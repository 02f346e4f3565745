/// <reference lib="dom" />
/** The script of the page, which is put into it as it is compiled; it draws the data in the page with uPlot. */
import type uPlotClass from 'uplot'
import type { Chart, PageData, Series, Shade } from './page-data.js'

declare const uPlot: typeof uPlotClass

const HEIGHT_PX = 220
const AXIS_PX = 64
const MARKER_PX = 18
/** Beyond this the time axis shows minutes, or hours. */
const MINUTES_FROM_SECONDS = 180
const HOURS_FROM_SECONDS = 10_800
/** Round numbers of seconds, minutes and hours. */
const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 86_400]
const COUNT_STEPS = [0, 1, 2, 3, 4, 5, 6].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power))
const DASHES = [[], [8, 4], [2, 3], [12, 3, 2, 3], [5, 2], [1, 4]]

const data = JSON.parse(document.getElementById('data')!.textContent!) as PageData
const places = [...document.querySelectorAll<HTMLElement>('[data-chart]')]
let drawn: uPlotClass[] = []

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
}

function timeText(seconds: number): string {
  const end = data.seconds.at(-1) ?? 0
  if (end < MINUTES_FROM_SECONDS) return `${seconds} s`
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0')
  if (end < HOURS_FROM_SECONDS) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`
  return `${Math.floor(seconds / 3_600)} h ${two((seconds % 3_600) / 60)}`
}

/** The time that some shades cover together: two over each other would look like something of their own. */
function united(shades: readonly Shade[]): { from: number; to: number }[] {
  const all: { from: number; to: number }[] = []
  for (const { from, to } of [...shades].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else all.push({ from, to })
  }
  return all
}

/** Shades outages below the lines, and marks the sentences of the story with their numbers above them. */
function storyOf(first: boolean): uPlotClass.Plugin {
  const shade = (u: uPlotClass) => {
    const { ctx, bbox } = u
    for (const kind of ['harm', 'gone'] as const) {
      ctx.fillStyle = color(`shade-${kind}`)
      for (const { from, to } of united(data.shades.filter((each) => each.kind === kind))) {
        const left = u.valToPos(from, 'x', true)
        const right = u.valToPos(to, 'x', true)
        ctx.fillRect(left, bbox.top, Math.max(devicePixelRatio, right - left), bbox.height)
      }
    }
  }
  const mark = (u: uPlotClass) => {
    const { ctx, bbox } = u
    let free = Number.NEGATIVE_INFINITY
    ctx.save()
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`
    ctx.textAlign = 'center'
    ctx.lineWidth = devicePixelRatio
    ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio])
    for (const [index, { seconds }] of data.sentences.entries()) {
      const at = u.valToPos(seconds, 'x', true)
      ctx.strokeStyle = color('marker')
      ctx.beginPath()
      ctx.moveTo(at, bbox.top)
      ctx.lineTo(at, bbox.top + bbox.height)
      ctx.stroke()
      if (!first || at < free) continue
      ctx.fillStyle = color('text')
      ctx.fillText(String(index + 1), at, bbox.top - 5 * devicePixelRatio)
      free = at + MARKER_PX * devicePixelRatio
    }
    ctx.restore()
  }
  return { hooks: { drawClear: shade, draw: mark } }
}

function lineOf({ label, color: name, area }: Series, index: number): uPlotClass.Series {
  const stroke = color(name)
  return {
    label,
    stroke,
    width: 2,
    dash: area ? [] : DASHES[index % DASHES.length]!,
    points: { show: false },
    ...(area ? { fill: color(`${name}-fill`) } : {}),
    value: (_, value) => (value === null ? '–' : value.toLocaleString('en')),
  }
}

function draw(place: HTMLElement, chart: Chart, first: boolean): uPlotClass {
  const axis: uPlotClass.Axis = {
    stroke: color('text'),
    grid: { stroke: color('grid'), width: 1 },
    ticks: { stroke: color('grid'), width: 1 },
  }
  const most = Math.max(
    1,
    ...chart.series.flatMap(({ values }) => values.reduce((a, b) => Math.max(a, b), 0)),
  )
  const options: uPlotClass.Options = {
    width: place.clientWidth,
    height: HEIGHT_PX,
    padding: [first ? MARKER_PX : 8, 12, 0, 0],
    plugins: [storyOf(first)],
    cursor: { sync: { key: 'story' }, drag: { x: true, y: false } },
    scales: { x: { time: false }, y: { range: [0, most * 1.08] } },
    axes: [
      { ...axis, values: (_, splits) => splits.map(timeText), incrs: TIME_STEPS, space: 70 },
      {
        ...axis,
        size: AXIS_PX,
        incrs: COUNT_STEPS,
      },
    ],
    series: [
      { label: 'time', value: (_, value) => (value === null ? '–' : timeText(value)) },
      ...chart.series.map(lineOf),
    ],
  }
  const columns = [data.seconds, ...chart.series.map(({ values }) => values)].map((column) => [...column])
  return new uPlot(options, columns as unknown as uPlotClass.AlignedData, place)
}

function drawAll(): void {
  for (const chart of drawn) chart.destroy()
  drawn = places.map((place, index) => draw(place, data.charts[index]!, index === 0))
}

drawAll()
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll)
addEventListener('resize', () => {
  for (const [index, chart] of drawn.entries())
    chart.setSize({ width: places[index]!.clientWidth, height: HEIGHT_PX })
})
