import type { ChildProgram, WaitOptions } from './child-program.js'

export interface JsonLine {
  event: string
  /** Milliseconds since the epoch, by the program's clock. */
  time: number
}

/** The JSON lines a program prints on standard output, each with the name of its event; other lines are skipped. */
export class JsonLines {
  readonly #parsed: JsonLine[] = []
  #read = 0

  constructor(readonly program: ChildProgram) {}

  of<Line extends JsonLine>(event: Line['event']): Line[] {
    for (; this.#read < this.program.output.length; this.#read++) {
      const line = this.program.output[this.#read]!
      if (line.startsWith('{')) this.#parsed.push(JSON.parse(line))
    }
    return this.#parsed.filter((line) => line.event === event) as Line[]
  }

  /** Resolves to all lines of an event, once there are `count` of them. */
  until<Line extends JsonLine>(event: Line['event'], count: number, { withinMs = 30_000 }: WaitOptions = {}) {
    return this.program.until<Line[]>(
      () => {
        const lines = this.of<Line>(event)
        return lines.length >= count ? lines : undefined
      },
      { withinMs, what: `${count} lines of "${event}" (so far ${this.of(event).length})` },
    )
  }
}
