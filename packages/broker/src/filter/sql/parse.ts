import { between, condition, equality, isNull, Mistake, not, order } from './build.js'
import type { Expression, TextOperator } from './expression.js'
import { type JavaNumber, wholeLiteral } from './java-number.js'
import { sqlError } from './sql-error.js'
import { type Token, textOf, tokensOf } from './tokens.js'

/** An expression is evaluated for every message: these keep one from holding up everybody else. */
const EXPRESSION_CHARS_MAX = 16_384
/** Parentheses, NOT and signs inside each other. */
const NESTING_MAX = 128
/** Comparisons in a row, such as `(a = b) = c IS NULL`: each is inside the next. */
const CHAIN_MAX = 8
const IN_VALUES_MAX = 1024

/** Apache: Double.MIN_VALUE; ConstantExpression.createFloat refuses what is below, even 0.0. */
const DOUBLE_MIN = Number.MIN_VALUE

/**
 * Parses a SQL92 expression by the grammar of Apache's SelectorParser.jj. Throws SQL_EXPRESSION_INVALID with the place of
 * the mistake. Where Apache stops at the first token that does not fit and forgets the rest of the text, this refuses.
 */
export function parseSql(sql: string): Expression {
  if (sql.length > EXPRESSION_CHARS_MAX) {
    const problem = `the expression has ${sql.length} characters, ${EXPRESSION_CHARS_MAX} are the limit`
    throw sqlError(sql, EXPRESSION_CHARS_MAX, problem)
  }
  const parser = new Parser(tokensOf(sql))
  try {
    return parser.selector()
  } catch (error) {
    throw error instanceof Mistake ? sqlError(sql, error.at, error.problem) : error
  }
}

/** One method per rule of the grammar, loosest first. */
class Parser {
  readonly #tokens: readonly Token[]
  #position = 0
  #nesting = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  selector(): Expression {
    const expression = this.#or()
    if (this.#current.kind !== 'end') throw this.#unexpected('AND, OR or the end')
    return condition(expression)
  }

  #or(): Expression {
    return this.#joined('or', () => this.#and())
  }

  #and(): Expression {
    return this.#joined('and', () => this.#equality())
  }

  /** Side by side instead of one inside the other: there may be thousands. */
  #joined(kind: 'and' | 'or', operand: () => Expression): Expression {
    const first = operand()
    const operands = [first]
    while (this.#take(kind.toUpperCase())) operands.push(operand())
    return operands.length === 1 ? first : { kind, operands: operands.map(condition), at: first.at }
  }

  #equality(): Expression {
    let left = this.#comparison()
    for (let count = 1; ; count++) {
      const { at } = this.#current
      if (this.#take('=')) left = equality(left, this.#comparison())
      else if (this.#take('<>')) left = not(equality(left, this.#comparison()))
      else if (this.#take('IS')) left = this.#nullTest(left)
      else return left
      if (count > CHAIN_MAX) throw new Mistake(at, `more than ${CHAIN_MAX} comparisons in a row`)
    }
  }

  #nullTest(left: Expression): Expression {
    const negated = this.#take('NOT')
    this.#expect('NULL', negated ? 'NULL' : 'NULL or NOT NULL')
    return negated ? not(isNull(left)) : isNull(left)
  }

  #comparison(): Expression {
    let left = this.#unary()
    for (let count = 1; ; count++) {
      const { at } = this.#current
      const next = this.#compared(left)
      if (next === undefined) return left
      if (count > CHAIN_MAX) throw new Mistake(at, `more than ${CHAIN_MAX} comparisons in a row`)
      left = next
    }
  }

  #compared(left: Expression): Expression | undefined {
    const operator = this.#current.text
    switch (operator) {
      case '>':
      case '>=':
      case '<':
      case '<=':
        this.#position++
        return order(operator, left, this.#unary())
      case 'NOT': {
        this.#position++
        const matched = this.#matched(left, true)
        if (matched === undefined) throw this.#unexpected('BETWEEN, IN, CONTAINS, STARTSWITH or ENDSWITH')
        return matched
      }
      default:
        return this.#matched(left, false)
    }
  }

  #matched(left: Expression, negated: boolean): Expression | undefined {
    for (const operator of ['CONTAINS', 'STARTSWITH', 'ENDSWITH'] satisfies TextOperator[]) {
      if (!this.#take(operator)) continue
      return { kind: 'text', operator, operand: left, search: this.#string(), not: negated, at: left.at }
    }
    if (this.#take('IN')) return this.#membership(left, negated)
    if (!this.#take('BETWEEN')) return undefined
    const low = this.#unary()
    this.#expect('AND', 'AND and the second limit')
    return between(left, low, this.#unary(), negated)
  }

  #membership(left: Expression, negated: boolean): Expression {
    this.#expect('(', '"(" and a list of strings')
    const values = new Set([this.#string()])
    while (this.#take(',')) {
      const { at } = this.#current
      values.add(this.#string())
      if (values.size > IN_VALUES_MAX) throw new Mistake(at, `more than ${IN_VALUES_MAX} values in one list`)
    }
    this.#expect(')', '"," or ")"')
    if (left.kind !== 'property') throw new Mistake(left.at, 'IN takes a property on its left')
    return { kind: 'membership', property: left, values, not: negated, at: left.at }
  }

  #unary(): Expression {
    const { at } = this.#current
    if (++this.#nesting > NESTING_MAX) throw new Mistake(at, `nested more than ${NESTING_MAX} levels deep`)
    const expression = this.#signed(at)
    this.#nesting--
    return expression
  }

  #signed(at: number): Expression {
    if (this.#take('+')) return this.#unary()
    if (this.#take('-')) return { kind: 'negation', operand: this.#unary(), at }
    if (this.#take('NOT')) return not(condition(this.#unary()), at)
    if (!this.#take('(')) return this.#primary()
    const inner = this.#or()
    this.#expect(')', 'an operator or ")"')
    return inner
  }

  #primary(): Expression {
    const token = this.#current
    const { kind, text, at } = token
    if (kind === 'keyword' && !['TRUE', 'FALSE', 'NULL'].includes(text)) throw this.#unexpected(A_VALUE)
    if (kind === 'symbol' || kind === 'end') throw this.#unexpected(A_VALUE)
    this.#position++
    if (kind === 'property') return { kind: 'property', name: text, at }
    if (kind === 'string') return { kind: 'constant', value: textOf(token), at }
    if (kind === 'keyword') return { kind: 'constant', value: text === 'NULL' ? null : text === 'TRUE', at }
    return { kind: 'constant', value: kind === 'whole' ? whole(token) : decimal(token), at }
  }

  #string(): string {
    if (this.#current.kind !== 'string') throw this.#unexpected("a string in single quotes, such as 'text'")
    return textOf(this.#tokens[this.#position++]!)
  }

  get #current(): Token {
    return this.#tokens[this.#position]!
  }

  /** Takes a keyword or symbol if it comes next. */
  #take(text: string): boolean {
    const { kind, text: found } = this.#current
    if (found !== text || (kind !== 'keyword' && kind !== 'symbol')) return false
    this.#position++
    return true
  }

  #expect(text: string, expected: string): void {
    if (!this.#take(text)) throw this.#unexpected(expected)
  }

  #unexpected(expected: string): Mistake {
    const { kind, text, at } = this.#current
    if (kind === 'property' && text.toUpperCase() === 'LIKE')
      return new Mistake(at, 'there is no LIKE: use CONTAINS, STARTSWITH or ENDSWITH')
    if ((text === '+' || text === '-') && expected !== A_VALUE)
      return new Mistake(at, `nothing can be calculated: expected ${expected}`)
    return new Mistake(at, `expected ${expected}, found ${kind === 'end' ? 'the end' : text}`)
  }
}

const A_VALUE = 'a property, a number, a string or "("'

function whole({ text, at }: Token): JavaNumber {
  const value = wholeLiteral(text)
  if (value === undefined) throw new Mistake(at, 'whole numbers end at 9223372036854775807')
  return value
}

function decimal({ text, at }: Token): JavaNumber {
  const value = Number(text)
  if (value === 0)
    throw new Mistake(at, `Apache RocketMQ takes no decimal number below ${DOUBLE_MIN}: write 0`)
  if (value > Number.MAX_VALUE) throw new Mistake(at, `decimal numbers end at ${Number.MAX_VALUE}`)
  return { type: 'double', value }
}
