import cliTruncate from 'cli-truncate'
import stringWidth from 'string-width'
import { bold, dim, joined, Styled, styled, styledLike, styledOf, type Text } from './styled.js'
import { wrapped } from './wrap.js'

/** A number is aligned to the right, undefined is shown as `-`. */
export type Cell = Text

export interface TableOptions {
  /** Columns of the terminal; undefined without a terminal, where nothing is cut. */
  columns: number | undefined
  /** Headings of columns whose values are of no use when cut, such as ids and times. */
  whole?: readonly string[]
  /** Heading of the last column if its texts take several lines rather than being cut. */
  wrap?: string | undefined
}

interface Column {
  heading: string
  cells: Styled[]
  width: number
  /** How narrow it may become. */
  widthMin: number
  right: boolean
  /** Whether its texts take several lines rather than being cut. */
  wrap: boolean
}

const GAP = '  '
/** A name cut to less than this tells nothing any more. */
const CUT_COLUMNS_MIN = 12
/** A text in a narrower column takes more lines than one likes to read. */
const WRAP_COLUMNS_MIN = 24

/**
 * The lines of a table without borders. Names and texts are cut with `…` where the terminal is too narrow; where that does
 * not help either, each row becomes a card, a line for each value.
 */
export function tableLines(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  { columns, whole = [], wrap }: TableOptions,
): Styled[] {
  const table = headings.map((heading, index) =>
    columnOf(heading, rows, index, { whole: whole.includes(heading), wrap: heading === wrap }),
  )
  if (columns !== undefined && !narrow(table, columns)) return cardLines(table, rows.length, columns)
  const head = lineOf(table, (column) => bold(column.heading))
  return [head, ...rows.flatMap((_, row) => rowLines(table, row))]
}

/** One line, or as many as the text in the last column takes. */
function rowLines(table: readonly Column[], row: number): Styled[] {
  const last = table.at(-1)!
  if (!last.wrap || stringWidth(String(last.cells[row])) <= last.width)
    return [lineOf(table, (column) => column.cells[row]!)]
  const [first, ...others] = linesOf(last.cells[row]!, last.width)
  const further = others.map((line) => lineOf(table, (column) => (column === last ? line : styledOf(''))))
  return [lineOf(table, (column) => (column === last ? first! : column.cells[row]!)), ...further]
}

function linesOf(text: Styled, width: number): Styled[] {
  return wrapped(String(text), width).map((line) => styledLike(text, line))
}

function columnOf(
  heading: string,
  rows: readonly (readonly Cell[])[],
  index: number,
  { whole, wrap }: { whole: boolean; wrap: boolean },
): Column {
  const cells = rows.map((row) => styledOf(row[index] ?? '-'))
  const right = rows.every((row) => isFigure(row[index]))
  const width = Math.max(...[heading, ...cells].map((text) => stringWidth(String(text))))
  const narrowest = wrap ? WRAP_COLUMNS_MIN : Math.max(CUT_COLUMNS_MIN, stringWidth(heading))
  const widthMin = right || whole ? width : Math.min(width, narrowest)
  return { heading, cells, width, widthMin, right, wrap }
}

/** A number, or a cell that is left empty among numbers. */
function isFigure(cell: Cell): boolean {
  return cell === undefined || cell === '' || typeof cell === 'number'
}

/** Takes columns from the widest of the table until it fits; returns whether it does. */
function narrow(table: readonly Column[], columns: number): boolean {
  const gaps = GAP.length * (table.length - 1)
  const widthMin = table.reduce((sum, column) => sum + column.widthMin, gaps)
  if (widthMin > columns) return false
  for (let width = table.reduce((sum, column) => sum + column.width, gaps); width > columns; width--) {
    const candidates = table.filter((column) => column.width > column.widthMin)
    candidates.reduce((widest, column) => (column.width > widest.width ? column : widest)).width--
  }
  return true
}

function lineOf(table: readonly Column[], cellOf: (column: Column) => Styled): Styled {
  const cells = table.map((column, index) => {
    const cell = cut(cellOf(column), column.width)
    const padding = ' '.repeat(column.width - stringWidth(String(cell)))
    if (column.right) return styled`${padding}${cell}`
    return index === table.length - 1 ? cell : styled`${cell}${padding}`
  })
  return joined(cells, GAP)
}

/** Names are cut in the middle, because they often differ at their end; texts at their end. */
function cut(cell: Styled, width: number): Styled {
  const text = String(cell)
  if (stringWidth(text) <= width) return cell
  const position = text.includes(' ') ? 'end' : 'middle'
  // Between two wide characters cli-truncate may take one column too many.
  const shorter = [width, width - 1].map((columns) => cliTruncate(text, columns, { position }))
  return styledOf(shorter.find((each) => stringWidth(each) <= width))
}

/** Only texts that wrap are broken: what a terminal does to a longer value leaves it one that can be copied. */
function cardLines(table: readonly Column[], rows: number, columns: number): Styled[] {
  const width = Math.max(...table.map(({ heading }) => stringWidth(heading)))
  const cards = Array.from({ length: rows }, (_, row) =>
    table.flatMap(({ heading, cells, wrap }) => {
      const cell = cells[row]!
      if (String(cell) === '') return []
      const padding = ' '.repeat(width - stringWidth(heading))
      const [first, ...others] = wrap ? linesOf(cell, Math.max(1, columns - width - GAP.length)) : [cell]
      const indent = ' '.repeat(width + GAP.length)
      return [
        styled`${dim(heading)}${padding}${GAP}${first}`,
        ...others.map((line) => styled`${indent}${line}`),
      ]
    }),
  )
  return cards.flatMap((card, index) => (index === 0 ? card : [new Styled([]), ...card]))
}
